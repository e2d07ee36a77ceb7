package dev.fairlead.deployer.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** In order: in the end this address has used up the patience with its guesses. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@DisplayName("A push")
class WebhookJourneyTest {

  private static final String SECRET = "s3cr3t";
  private static final int PER_MINUTE = 20;
  private static final int UNPROVEN = 40;

  /** More of them than bodies are read at once. */
  private static final int SENDERS = 24;

  private static final int AT_ONCE = 16;

  private static Path folder;
  private static Stage stage;

  @BeforeAll
  static void set(@TempDir Path temporary) throws Exception {
    folder = temporary;
    stage =
        Stage.set(
            folder,
            "--fairlead.deployer.webhooks.per-minute=" + PER_MINUTE,
            "--fairlead.deployer.webhooks.unproven-per-minute=" + UNPROVEN,
            "--fairlead.deployer.webhooks.patience=1s");
  }

  @AfterAll
  static void strike() {
    stage.close();
  }

  @Test
  @Order(1)
  @DisplayName("that proves its sender asks for a deployment once, however often it is sent")
  void once() throws Exception {
    applied("pushed", "gitlab");
    assertThat(gitlab("pushed", "{}", SECRET, "1").status()).isEqualTo(200);
    Stage.Answer first = gitlab("pushed", tag("9"), SECRET, "2");
    assertThat(first.status()).as(first.toString()).isEqualTo(202);
    assertThat(gitlab("pushed", tag("9"), SECRET, "2").text("ignored"))
        .contains("delivered before");
    assertThat(gitlab("pushed", tag("9"), SECRET, "3").text("ignored"))
        .contains("delivered before");
    assertThat(gitlab("pushed", tag("10"), SECRET, "2").text("ignored"))
        .as("a delivery id counts once, whatever it brings")
        .contains("delivered before");

    Stage.Answer all = stage.get("/deployments?application=pushed");
    assertThat(all.body().size()).isEqualTo(1);
    assertThat(all.body().path(0).path("requestedBy").asString()).isEqualTo("webhook:gitlab:mona");
    assertThat(all.body().path(0).path("commit").asString()).isEqualTo("6dcb09b5");
    assertThat(all.body().path(0).path("message").asString()).isEqualTo("Charge once");
    assertThat(all.body().path(0).path("author").asString()).isEqualTo("Ada");
    assertThat(stage.ended(first.text("deployment")).text("reason")).contains("app-9.zip");
  }

  @Test
  @Order(2)
  @DisplayName("sent twenty times at once is one deployment")
  void burstOfOne() throws Exception {
    applied("burst", "github");
    String body = tag("1");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Stage.Answer>> answers =
          IntStream.range(0, PER_MINUTE)
              .mapToObj(
                  number ->
                      threads.submit(() -> github("burst", body, signature(body), "d" + number)))
              .toList();
      int accepted = 0;
      for (Future<Stage.Answer> answer : answers) {
        assertThat(answer.get().status()).isIn(200, 202);
        accepted += answer.get().status() == 202 ? 1 : 0;
      }
      assertThat(accepted).isEqualTo(1);
    }
    assertThat(stage.get("/deployments?application=burst").body().size()).isEqualTo(1);

    Stage.Answer tooMuch = github("burst", tag("2"), signature(tag("2")), "more");
    assertThat(tooMuch.status()).as("the webhook's minute is used up").isEqualTo(429);
    assertThat(tooMuch.text("code")).isEqualTo("too-often");
    assertThat(tooMuch.text("advice")).contains("fairlead.deployer.webhooks");
    applied("calm", "gitlab");
    assertThat(gitlab("calm", tag("1"), SECRET, "1").status())
        .as("that of another one is not")
        .isEqualTo(202);
  }

  @Test
  @Order(3)
  @DisplayName("that is announced and does not come takes neither memory nor turn of others")
  void slow() throws Exception {
    applied("slow", "github");
    applied("prompt", "gitlab");
    String forged = "X-Hub-Signature-256: sha256=" + "0".repeat(64);
    List<SlowSender> senders = new ArrayList<>();
    try {
      for (int number = 0; number < SENDERS; number++) {
        senders.add(new SlowSender(stage.deployer(path("slow")), forged, 4 << 20));
        senders.getLast().send(100);
      }
      await().until(() -> SlowSender.answered(senders) >= SENDERS - AT_ONCE);
      assertThat(gitlab("prompt", tag("1"), SECRET, "1").status()).isEqualTo(202);
      assertThat(senders.stream().filter(SlowSender::isAnswered).map(SlowSender::status))
          .containsOnly(503);
    } finally {
      senders.forEach(SlowSender::close);
    }
    await()
        .until(
            () -> github("slow", tag("1"), signature(tag("1")), "1").status(),
            is202 -> is202 == 202);
    senders.clear();
    try {
      for (int number = 0; number < AT_ONCE / 2; number++) {
        senders.add(new SlowSender(stage.deployer(path("slow")), forged, 4 << 20));
        senders.getLast().send(1 << 20);
      }
      await().until(() -> SlowSender.answered(senders) > 0);
      assertThat(senders.stream().filter(SlowSender::isAnswered).map(SlowSender::status))
          .as("what came of them has no room at once")
          .contains(503);
    } finally {
      senders.forEach(SlowSender::close);
    }
  }

  @Test
  @Order(3)
  @DisplayName(
      "is refused before its body where its head proves nothing, and when it takes too long")
  void early() throws Exception {
    applied("early", "gitlab");
    applied("drips", "github");
    try (SlowSender wrong =
            new SlowSender(stage.deployer(path("early")), "X-Gitlab-Token: no", 4 << 20);
        SlowSender nobody = new SlowSender(stage.deployer(path("nobody")), "X: y", 4 << 20);
        SlowSender unsigned =
            new SlowSender(
                stage.deployer(path("drips")), "X-Hub-Signature-256: sha256=00", 4 << 20);
        SlowSender large = new SlowSender(stage.deployer(path("early")), "X: y", 6 << 20);
        SlowSender drips =
            new SlowSender(
                stage.deployer(path("drips")),
                "X-Hub-Signature-256: sha256=" + "0".repeat(64),
                4 << 20)) {
      assertThat(wrong.status()).isEqualTo(401);
      assertThat(nobody.status()).isEqualTo(401);
      assertThat(unsigned.status()).isEqualTo(401);
      assertThat(large.status()).isEqualTo(413);
      await()
          .pollInterval(Duration.ofMillis(100))
          .until(
              () -> {
                drips.send(1);
                return drips.isAnswered();
              });
      assertThat(drips.status()).isEqualTo(408);
    }
  }

  @Test
  @Order(4)
  @DisplayName(
      "with a wrong proof is refused without a word about what exists, and soon without an answer")
  void strangers() throws Exception {
    applied("guarded", "github");
    String body = tag("1");
    String good = signature(body);
    List<Stage.Answer> refused =
        List.of(
            github("guarded", body, "sha256=" + "0".repeat(64), "1"),
            github("guarded", body, "", "2"),
            github("guarded", body, good.substring(0, good.length() - 1), "3"),
            github("guarded", body.replace("mona", "mallory"), good, "4"),
            github("guarded", body, "sha1=" + good.substring("sha256=".length()), "5"),
            gitlab("guarded", body, SECRET, "6"),
            stage.push(path("guarded"), body, Map.of("Authorization", "Bearer " + SECRET)),
            gitlab("nowhere", body, SECRET, "7"));
    assertThat(refused)
        .allSatisfy(
            answer -> {
              assertThat(answer.status()).isEqualTo(401);
              assertThat(answer.text("detail"))
                  .isEqualTo("the message is not signed with the secret of this webhook");
            });
    assertThat(stage.get("/deployments?application=guarded").body()).isEmpty();
    assertThat(github("guarded", body, good, "8").status()).isEqualTo(202);

    String large = "{\"ref\":\"%s\"}".formatted("x".repeat(6 << 20));
    Stage.Answer tooLarge = github("guarded", large, signature(large), "9");
    assertThat(tooLarge.status()).isEqualTo(413);
    assertThat(tooLarge.text("code")).isEqualTo("too-large");

    int status = 401;
    for (int guess = 0; guess <= UNPROVEN && status == 401; guess++) {
      status = github("guarded", body, "sha256=" + "1".repeat(64), "g" + guess).status();
    }
    assertThat(status).isEqualTo(429);
    assertThat(github("guarded", tag("2"), signature(tag("2")), "10").status())
        .as("who shares the address and proves to know the secret is not locked out by guesses")
        .isEqualTo(202);
    assertThat(github("guarded", large, signature(large), "11").status()).isEqualTo(413);
  }

  private static void applied(String application, String from) throws Exception {
    Path secret = Files.writeString(folder.resolve("secret-" + application), SECRET);
    String manifest =
        """
        application: %s
        artifact: {archive: "app-{version}.zip"}
        command: [java]
        route: {host: %s.localhost}
        environments: {staging: {webhook: {from: %s, secret: 'secret:file:%s'}}}
        """
            .formatted(application, application, from, secret);
    assertThat(stage.applyManifest(manifest).path("application").asString()).isEqualTo(application);
  }

  private static String tag(String version) {
    return """
        {'ref':'refs/tags/%s','after':'6dcb09b5','user_username':'mona','pusher':{'name':'mona'},
         'commits':[{'id':'6dcb09b5','message':'Charge once','author':{'name':'Ada'}}]}
        """
        .formatted(version)
        .replace('\'', '"');
  }

  private static Stage.Answer gitlab(String application, String body, String token, String id) {
    return stage.push(
        path(application),
        body,
        Map.of(
            "X-Gitlab-Token", token, "X-Gitlab-Event", "Tag Push Hook", "X-Gitlab-Event-UUID", id));
  }

  private static Stage.Answer github(String application, String body, String proof, String id) {
    return stage.push(
        path(application),
        body,
        Map.of("X-Hub-Signature-256", proof, "X-GitHub-Event", "push", "X-GitHub-Delivery", id));
  }

  private static String path(String application) {
    return "/webhooks/%s/staging".formatted(application);
  }

  private static String signature(String body) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), "HmacSHA256"));
    return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body.getBytes(UTF_8)));
  }
}
