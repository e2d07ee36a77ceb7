package dev.fairlead.deployer.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.deployer.gate.Waivers;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.DeploymentEvent.DeployRequested;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.SecretReference;
import dev.fairlead.events.Version;
import dev.fairlead.service.secret.Secrets;
import dev.fairlead.stack.testing.Shared;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

@DisplayName("An idempotency key")
class RequestKeysTest {

  private static final List<String> APPLICATIONS = List.of("keyed", "other", "third");

  @TempDir static Path folder;
  private static Stage stage;

  @BeforeAll
  static void set() throws Exception {
    stage = Stage.set(folder);
    stage.built("1", "good");
    for (String application : APPLICATIONS) {
      stage.applied(
          application,
          "bake: 5m",
          "gates:",
          "  freezes: [{name: always, from: 2020-01-01T00:00, until: 2120-01-01T00:00}]");
    }
  }

  @AfterAll
  static void strike() {
    stage.close();
  }

  @Test
  @DisplayName("that comes again means the same deployment, and brings no waiver to it")
  void keys() {
    String first = keyed("dora", "first", "1", null).text("deployment");
    assertThat(keyed("dora", "first", "1", null).text("deployment")).isEqualTo(first);

    Stage.Answer waiving = keyed("ada", "first", "1", "freeze");
    assertThat(waiving.status()).isEqualTo(409);
    assertThat(waiving.text("code")).isEqualTo("key-in-use");
    assertThat(stage.bean(Waivers.class).find(DeploymentId.of(first))).isEmpty();
    assertThat(keyed("dora", "first", "2", null).text("detail"))
        .contains("idempotency key first belongs to deployment " + first, "version 1");
    assertThat(stage.ended(first).text("reason")).contains("frozen");

    String second = keyed("ada", "second", "1", "freeze").text("deployment");
    assertThat(keyed("ada", "second", "1", "freeze").text("deployment")).isEqualTo(second);
    assertThat(keyed("ada", "second", "1", null).status()).isEqualTo(409);
    stage.post("dora", "/deployments/" + second + "/cancellation", Map.of());
    assertThat(stage.ended(second).text("state")).isEqualTo("cancelled");
  }

  @Test
  @DisplayName("that two applications use means a deployment of each, however often it comes")
  void twoPlaces() {
    String here = keyed("dora", "build-1", "1", null).text("deployment");
    String there = requested("other", "build-1").text("deployment");
    assertThat(there).isNotEqualTo(here);
    assertThat(stage.get("/deployments/" + there).text("application")).isEqualTo("other");
    assertThat(requested("other", "build-1").text("deployment")).isEqualTo(there);
    assertThat(keyed("dora", "build-1", "1", null).text("deployment")).isEqualTo(here);

    stage.ended(here);
    int forgotten =
        stage
            .bean(JdbcClient.class)
            .sql("delete from deployment where id = ?")
            .param(DeploymentId.of(here).value())
            .update();
    assertThat(forgotten).isEqualTo(1);
    assertThat(requested("other", "build-1").text("deployment"))
        .as("also once the other one is forgotten")
        .isEqualTo(there);

    List.of("keyed", "other").forEach(application -> told(application, "build-2", "1"));
    List.of("keyed", "other").forEach(RequestKeysTest::awaitRequest);
  }

  @Test
  @DisplayName("that an event uses for something else is a dead letter that says so")
  void deadLetter() {
    told("third", "build-3", "1");
    told("third", "build-3", "1");
    told("third", "build-3", "2");

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(Told.deadLetters("deployer", Shared.kafka().bootstrapServers()))
                    .filteredOn(reason -> reason.contains("build-"))
                    .singleElement()
                    .asString()
                    .startsWith("key-in-use: idempotency key build-3 belongs to deployment ")
                    .endsWith("; use a new key for a new request"));
  }

  @Test
  @DisplayName("that comes again is the same request, whatever secrets came to be known since")
  void secretsKnownSince() throws Exception {
    Files.copy(folder.resolve("app-1.zip"), folder.resolve("app-gooseberry.zip"));
    Map<String, Object> body = body("third", "build-5", "1");
    body.put("reason", "wanted by gooseberry");
    body.put("artifact", "app-gooseberry.zip");
    body.put("waive", Map.of("checks", Set.of("freeze"), "reason", "gooseberry is down"));
    String first = stage.post("ada", "/deployments", body).text("deployment");
    Path secret = Files.writeString(folder.resolve("secret"), "gooseberry");
    var _ = Secrets.ofThisProcess().resolve(new SecretReference("secret:file:" + secret));

    Stage.Answer again = stage.post("ada", "/deployments", body);

    assertThat(again.status()).as(again.toString()).isEqualTo(202);
    assertThat(again.text("deployment")).isEqualTo(first);
    stage.post("dora", "/deployments/" + first + "/cancellation", Map.of());
    stage.ended(first);

    body.put("idempotencyKey", "build-6");
    body.remove("waive");
    String later = stage.post("ada", "/deployments", body).text("deployment");
    assertThat(stage.ended(later).text("reason"))
        .as("its artifact is found by its name")
        .contains("frozen");
  }

  @Test
  @DisplayName("of an event whose artifact nobody could name is of a dead letter that says so")
  void unprintable() {
    stage.told("ci", requested("third", "build-7", "1", "app\u0007.zip"));
    Map<String, Object> body = body("third", "build-8", "1");
    body.put("artifact", "app\u0007.zip");

    for (String path : List.of("/deployments", "/plans")) {
      Stage.Answer refused = stage.post("dora", path, body);
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.text("code")).isEqualTo("unprintable-reference");
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(Told.deadLetters("deployer", Shared.kafka().bootstrapServers()))
                    .anyMatch(reason -> reason.startsWith("unprintable-reference: ")));
  }

  private static void told(String application, String key, String version) {
    stage.told("ci", requested(application, key, version, null));
  }

  private static DeployRequested requested(
      String application, String key, String version, @Nullable String artifact) {
    return new DeployRequested(
        new ApplicationName(application),
        new EnvironmentName("staging"),
        new Version(version),
        key,
        artifact,
        null,
        null,
        null,
        null,
        "by event, key " + key,
        null,
        null);
  }

  private static void awaitRequest(String application) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(stage.get("/deployments?application=" + application).body())
                    .filteredOn(one -> one.path("requestedBy").asString("").startsWith("event:"))
                    .hasSize(1));
  }

  private static Stage.Answer keyed(
      String who, String key, String version, @Nullable String waive) {
    Map<String, Object> body = body("keyed", key, version);
    if (waive != null) {
      body.put("waive", Map.of("checks", Set.of(waive), "reason", "the shop is down"));
    }
    return stage.post(who, "/deployments", body);
  }

  private static Stage.Answer requested(String application, String key) {
    return stage.post("dora", "/deployments", body(application, key, "1"));
  }

  private static Map<String, Object> body(String application, String key, String version) {
    return new HashMap<>(
        Map.of(
            "application",
            application,
            "environment",
            "staging",
            "version",
            version,
            "idempotencyKey",
            key));
  }
}
