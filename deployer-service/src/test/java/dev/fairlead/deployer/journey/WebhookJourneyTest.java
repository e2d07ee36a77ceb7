package dev.fairlead.deployer.journey;

import static dev.fairlead.deployer.journey.Pushing.SECRET;
import static dev.fairlead.deployer.journey.Pushing.path;
import static dev.fairlead.deployer.journey.Pushing.signature;
import static dev.fairlead.deployer.journey.Pushing.tag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
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

  private static final int PER_MINUTE = 20;
  private static final int UNPROVEN = 40;

  /** More of them than bodies are read at once. */
  private static final int SENDERS = 24;

  private static final int AT_ONCE = 16;

  /** More than are read at once, of whomever. */
  private static final int MOST_AT_ONCE = 80;

  private static final String FORGED = "X-Hub-Signature-256: sha256=" + "0".repeat(64);

  private static Stage stage;
  private static Pushing pushing;

  @BeforeAll
  static void set(@TempDir Path temporary) throws Exception {
    stage =
        Stage.set(
            temporary,
            "--fairlead.deployer.webhooks.per-minute=" + PER_MINUTE,
            "--fairlead.deployer.webhooks.unproven-per-minute=" + UNPROVEN,
            "--fairlead.deployer.webhooks.patience=1s");
    pushing = new Pushing(stage, temporary);
  }

  @AfterAll
  static void strike() {
    stage.close();
  }

  @Test
  @Order(1)
  @DisplayName("that proves its sender asks for a deployment once, however often it is sent")
  void once() throws Exception {
    pushing.applied("pushed", "gitlab");
    assertThat(pushing.gitlab("pushed", "{}", SECRET, "1").status()).isEqualTo(200);
    Stage.Answer first = pushing.gitlab("pushed", tag("9"), SECRET, "2");
    assertThat(first.status()).as(first.toString()).isEqualTo(202);
    assertThat(pushing.gitlab("pushed", tag("9"), SECRET, "2").text("ignored"))
        .contains("delivered before");
    assertThat(pushing.gitlab("pushed", tag("9"), SECRET, "3").text("ignored"))
        .contains("delivered before");
    assertThat(pushing.gitlab("pushed", tag("10"), SECRET, "2").text("ignored"))
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
    pushing.applied("burst", "github");
    String body = tag("1");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Stage.Answer>> answers =
          IntStream.range(0, PER_MINUTE)
              .mapToObj(
                  number ->
                      threads.submit(
                          () -> pushing.github("burst", body, signature(body), "d" + number)))
              .toList();
      int accepted = 0;
      for (Future<Stage.Answer> answer : answers) {
        assertThat(answer.get().status()).isIn(200, 202);
        accepted += answer.get().status() == 202 ? 1 : 0;
      }
      assertThat(accepted).isEqualTo(1);
    }
    assertThat(stage.get("/deployments?application=burst").body().size()).isEqualTo(1);

    Stage.Answer tooMuch = pushing.github("burst", tag("2"), signature(tag("2")), "more");
    assertThat(tooMuch.status()).as("the webhook's minute is used up").isEqualTo(429);
    assertThat(tooMuch.text("code")).isEqualTo("too-often");
    assertThat(tooMuch.text("advice")).contains("fairlead.deployer.webhooks");
    pushing.applied("calm", "gitlab");
    assertThat(pushing.gitlab("calm", tag("1"), SECRET, "1").status())
        .as("that of another one is not")
        .isEqualTo(202);
  }

  @Test
  @Order(3)
  @DisplayName("that is announced and does not come takes neither memory nor turn of others")
  void slow() throws Exception {
    pushing.applied("slow", "github");
    pushing.applied("prompt", "gitlab");
    List<SlowSender> senders = new ArrayList<>();
    try {
      for (int number = 0; number < SENDERS; number++) {
        senders.add(new SlowSender(stage.deployer(path("slow")), FORGED, 4 << 20));
        senders.getLast().send(100);
      }
      await().until(() -> SlowSender.answered(senders) >= SENDERS - AT_ONCE);
      assertThat(pushing.gitlab("prompt", tag("1"), SECRET, "1").status()).isEqualTo(202);
      assertThat(senders.stream().filter(SlowSender::isAnswered).map(SlowSender::status))
          .containsOnly(503);
    } finally {
      senders.forEach(SlowSender::close);
    }
    await()
        .until(
            () -> pushing.github("slow", tag("1"), signature(tag("1")), "1").status(),
            is202 -> is202 == 202);
    senders.clear();
    try {
      for (int number = 0; number < AT_ONCE / 2; number++) {
        senders.add(new SlowSender(stage.deployer(path("slow")), FORGED, 4 << 20));
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
  @DisplayName("is heard while another address keeps opening messages that never come")
  void crowded() throws Exception {
    pushing.applied("crowded", "github");
    List<SlowSender> strangers = new ArrayList<>();
    try {
      for (int round = 0; round < 3; round++) {
        for (int number = 0; number < MOST_AT_ONCE; number++) {
          strangers.add(
              new SlowSender(stage.deployer(path("crowded")), "127.0.0.2", FORGED, 4 << 20));
          strangers.getLast().send(1);
        }
        await().until(() -> SlowSender.answered(strangers) > 0);
        String body = tag(String.valueOf(round));
        assertThat(pushing.github("crowded", body, signature(body), "r" + round).status())
            .as("round %d", round)
            .isEqualTo(202);
        strangers.forEach(SlowSender::close);
        strangers.clear();
      }
    } finally {
      strangers.forEach(SlowSender::close);
    }
  }

  @Test
  @Order(3)
  @DisplayName("that is not wanted uses up nobody's minute")
  void unwanted() throws Exception {
    pushing.applied("choosy", "gitlab");
    for (int number = 0; number <= PER_MINUTE; number++) {
      assertThat(pushing.gitlab("choosy", "{}", SECRET, "e" + number).status()).isEqualTo(200);
    }
    assertThat(pushing.gitlab("choosy", tag("1"), SECRET, "1").status()).isEqualTo(202);
  }

  @Test
  @Order(4)
  @DisplayName("that breaks off again and again proves as little as one with a wrong proof")
  void brokenOff() throws Exception {
    pushing.applied("halves", "github");
    for (int number = 0; number < UNPROVEN; number++) {
      try (SlowSender half =
          new SlowSender(stage.deployer(path("halves")), "127.0.0.3", FORGED, 4 << 20)) {
        half.send(1);
        half.breakOff();
      }
    }
    try (SlowSender guess =
        new SlowSender(stage.deployer(path("halves")), "127.0.0.3", "X: y", 0)) {
      assertThat(guess.status()).isEqualTo(429);
    }
  }

  @Test
  @Order(3)
  @DisplayName(
      "is refused before its body where its head proves nothing, and when it takes too long")
  void early() throws Exception {
    pushing.applied("early", "gitlab");
    pushing.applied("drips", "github");
    try (SlowSender wrong =
            new SlowSender(stage.deployer(path("early")), "X-Gitlab-Token: no", 4 << 20);
        SlowSender nobody = new SlowSender(stage.deployer(path("nobody")), "X: y", 4 << 20);
        SlowSender unsigned =
            new SlowSender(
                stage.deployer(path("drips")), "X-Hub-Signature-256: sha256=00", 4 << 20);
        SlowSender large = new SlowSender(stage.deployer(path("early")), "X: y", 6 << 20);
        SlowSender drips = new SlowSender(stage.deployer(path("drips")), FORGED, 4 << 20)) {
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
    pushing.applied("guarded", "github");
    String body = tag("1");
    String good = signature(body);
    List<Stage.Answer> refused =
        List.of(
            pushing.github("guarded", body, "sha256=" + "0".repeat(64), "1"),
            pushing.github("guarded", body, "", "2"),
            pushing.github("guarded", body, good.substring(0, good.length() - 1), "3"),
            pushing.github("guarded", body.replace("mona", "mallory"), good, "4"),
            pushing.github("guarded", body, "sha1=" + good.substring("sha256=".length()), "5"),
            pushing.gitlab("guarded", body, SECRET, "6"),
            stage.push(path("guarded"), body, Map.of("Authorization", "Bearer " + SECRET)),
            pushing.gitlab("nowhere", body, SECRET, "7"));
    assertThat(refused)
        .allSatisfy(
            answer -> {
              assertThat(answer.status()).isEqualTo(401);
              assertThat(answer.text("detail"))
                  .isEqualTo("the message is not signed with the secret of this webhook");
            });
    assertThat(stage.get("/deployments?application=guarded").body()).isEmpty();
    assertThat(pushing.github("guarded", body, good, "8").status()).isEqualTo(202);

    String large = "{\"ref\":\"%s\"}".formatted("x".repeat(6 << 20));
    Stage.Answer tooLarge = pushing.github("guarded", large, signature(large), "9");
    assertThat(tooLarge.status()).isEqualTo(413);
    assertThat(tooLarge.text("code")).isEqualTo("too-large");

    int status = 401;
    for (int guess = 0; guess <= UNPROVEN && status == 401; guess++) {
      status = pushing.github("guarded", body, "sha256=" + "1".repeat(64), "g" + guess).status();
    }
    assertThat(status).isEqualTo(429);
    assertThat(pushing.github("guarded", tag("2"), signature(tag("2")), "10").status())
        .as("who shares the address and proves to know the secret is not locked out by guesses")
        .isEqualTo(202);
    assertThat(pushing.github("guarded", large, signature(large), "11").status()).isEqualTo(413);
  }
}
