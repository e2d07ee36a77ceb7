package dev.fairlead.deployer.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.deployer.fleet.Routers;
import dev.fairlead.deployer.fleet.Runtimes;
import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.deployer.manifest.RuntimeKind;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.DeploymentEvent.DeployRequested;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Place;
import dev.fairlead.events.Topic;
import dev.fairlead.events.Version;
import dev.fairlead.stack.testing.Shared;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/** Dora may deploy; April may approve; Ada may do both. */
@DisplayName("An application that is taken away")
class RemovalJourneyTest {

  private static final Place STAGING = Place.of("attic", "staging");
  private static final String WITHOUT_STAGING = "production: {approval: required, replicas: 1}";

  private static Path folder;
  private static Stage stage;

  @BeforeAll
  static void set(@TempDir Path temporary) throws Exception {
    folder = temporary;
    stage = Stage.set(folder);
    stage.built("1", "good");
  }

  @AfterAll
  static void strike() throws Exception {
    stage.strike(STAGING, Place.of("attic", "production"));
  }

  @Test
  @DisplayName(
      "finishes the requests in flight, leaves nothing, and comes back with its manifest alone")
  void removed() throws Exception {
    stage.applied("attic");
    assertThat(stage.ended(stage.deploy("attic", "staging", "1")).text("state"))
        .isEqualTo("succeeded");
    assertThat(withoutStaging().toString())
        .contains("staging is not in the manifest and still serves version 1")
        .contains("fairlead remove attic staging");
    assertThat(stage.visit("attic", "staging").body()).as("as before").isEqualTo("version 1");

    JsonNode plan = stage.post("dora", "/removals/plan", body("staging")).body();
    assertThat(plan.path("needsApproval").asBoolean()).isFalse();
    assertThat(plan.path("goes").toString())
        .contains("route attic-staging (attic.staging.localhost/) at edge")
        .contains("instance attic-staging-")
        .contains("artifact of version 1");
    assertThat(plan.path("stays").toString()).contains("release records");
    assertThat(instances()).as("a dry run changes nothing").hasSize(2);

    CompletableFuture<HttpResponse<String>> slow = slowVisit("attic");
    Stage.Answer accepted = stage.post("dora", "/removals", body("staging"));
    assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);
    String removal = accepted.text("deployment");
    Stage.Answer ended = stage.ended(removal);

    assertThat(ended.text("state")).as(ended.toString()).isEqualTo("succeeded");
    assertThat(ended.body().path("removal").asBoolean()).isTrue();
    assertThat(slow.join().body()).as("a request in flight").isEqualTo("version 1");
    assertThat(stage.visit("attic", "staging").statusCode()).isEqualTo(404);
    assertThat(instances()).isEmpty();
    assertThat(Files.list(folder.resolve("home/processes/instances"))).isEmpty();
    assertThat(stage.bean(Routers.class).byKind().get(RouterKind.EDGE).observe("attic-staging"))
        .isEmpty();
    await().untilAsserted(() -> assertThat(lastWordOfStaging()).doesNotContain("manifestHash"));
    assertThat(Told.data(removal, "removal-completed", Shared.kafka().bootstrapServers()))
        .hasSize(1);
    assertThat(Told.about(removal, Shared.kafka().bootstrapServers()))
        .containsExactly("planned", "started");

    assertThat(stage.post("dora", "/removals", body("staging")).text("code"))
        .isEqualTo("already-removed");
    assertThat(stage.post("dora", "/removals", body("moon")).text("advice"))
        .isEqualTo("see which it has: fairlead applications show attic");
    assertThat(stage.get("/applications/attic/environments").body().toString())
        .doesNotContain("staging");
    stage.applied("attic");
    assertThat(lastDeployment("staging").text("state")).isEqualTo("succeeded");
    assertThat(stage.visit("attic", "staging").body()).isEqualTo("version 1");
    Stage.Answer back =
        stage.post("dora", "/rollbacks", Map.of("application", "attic", "environment", "staging"));
    assertThat(back.text("code")).as("nobody goes back behind it").isEqualTo("no-such-release");
  }

  @Test
  @DisplayName("waits for another person where deployments do, and is deployed to no more after")
  void approved() {
    stage.applied("vault");
    Stage.Answer asked =
        stage.post("ada", "/removals", Map.of("application", "vault", "environment", "production"));
    String removal = asked.text("deployment");
    Stage.Answer waiting = stage.inState(removal, "awaiting-approval");
    assertThat(approve("ada", waiting).text("code")).isEqualTo("own-request");
    assertThat(approve("dora", waiting).status()).as("no approver").isEqualTo(403);
    assertThat(
            stage
                .post(
                    "dora",
                    "/removals",
                    Map.of("application", "vault", "environment", "production"))
                .text("deployment"))
        .as("asked for again")
        .isEqualTo(removal);
    Stage.Answer waiving =
        stage.post(
            "ada",
            "/removals",
            Map.of(
                "application",
                "vault",
                "environment",
                "production",
                "waive",
                Map.of("checks", List.of("freeze"), "reason", "it is broken")));
    assertThat(waiving.text("code")).as(waiving.toString()).isEqualTo("removal-under-way");

    // taking it out of the manifest does not take the question away
    apply("vault", "live: {replicas: 1}");
    assertThat(
            stage
                .post(
                    "ada",
                    "/removals/plan",
                    Map.of("application", "vault", "environment", "production"))
                .body()
                .path("needsApproval")
                .asBoolean())
        .isTrue();
    assertThat(approve("april", waiting).status()).isEqualTo(200);
    assertThat(stage.ended(removal).text("state")).isEqualTo("succeeded");

    Stage.Answer refused =
        stage.post(
            "dora",
            "/deployments",
            Map.of("application", "vault", "environment", "production", "version", "1"));
    assertThat(refused.text("code")).isEqualTo("removed-environment");
    assertThat(refused.text("advice")).contains("fairlead apply");
  }

  @Test
  @DisplayName("has nothing come back that waited behind it, neither a version nor a rollback")
  void waiting() throws Exception {
    stage.applied("cellar");
    for (int release = 0; release < 2; release++) {
      assertThat(stage.ended(stage.deploy("cellar", "staging", "1")).text("state"))
          .isEqualTo("succeeded");
    }
    CompletableFuture<HttpResponse<String>> slow = slowVisit("cellar");
    Map<String, String> cellar = Map.of("application", "cellar", "environment", "staging");
    String removal = stage.post("dora", "/removals", cellar).text("deployment");
    stage.inState(removal, "running");
    List<String> behind =
        List.of(
            stage.post("dora", "/rollbacks", cellar).text("deployment"),
            stage.deploy("cellar", "staging", "1"));
    assertThat(stage.ended(removal).text("state")).isEqualTo("succeeded");

    for (String waited : behind) {
      Stage.Answer ended = stage.ended(waited);
      assertThat(ended.text("state")).as(ended.toString()).isEqualTo("cancelled");
      assertThat(ended.toString()).contains("cellar/staging was removed by deployment " + removal);
    }
    assertThat(slow.join().body()).as("a request in flight").isEqualTo("version 1");
    assertThat(stage.visit("cellar", "staging").statusCode()).isEqualTo(404);
    requireNothingComesAfter();
    assertThat(goneOnceServing("cellar")).isFalse();
  }

  /** An event for a place that was removed before is nothing that failed there. */
  private static void requireNothingComesAfter() {
    stage.told(
        "ci",
        new DeployRequested(
            new ApplicationName("cellar"),
            new EnvironmentName("staging"),
            new Version("1"),
            "too-late",
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null));
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(Told.deadLetters("deployer", Shared.kafka().bootstrapServers()))
                    .anyMatch(letter -> letter.contains("cellar/staging was removed")));
    assertThat(stage.get("/deployments?application=cellar").body().valueStream())
        .noneMatch(one -> one.path("state").asString().equals("failed"));
  }

  /** What a deployer does that knows nothing of removals; taken back at once. */
  private static @Nullable Boolean goneOnceServing(String application) {
    return stage
        .bean(TransactionTemplate.class)
        .execute(
            status -> {
              status.setRollbackOnly();
              return stage
                  .bean(JdbcClient.class)
                  .sql(
                      """
                      update place p set serving = r.id from release r
                      where r.application = p.application and r.environment = p.environment
                        and p.application = ? returning p.gone
                      """)
                  .param(application)
                  .query(Boolean.class)
                  .single();
            });
  }

  private static JsonNode withoutStaging() {
    return apply("attic", "");
  }

  /** A manifest with this instead of the usual environments, or with production alone. */
  private static JsonNode apply(String application, String environments) {
    String manifest =
        SampleManifest.of(application)
            .replace("  staging: {}\n", "")
            .replace(WITHOUT_STAGING, environments.isEmpty() ? WITHOUT_STAGING : environments);
    Stage.Answer applied =
        stage.post(
            "ada", "/applications", Map.of("manifest", manifest, "directory", folder.toString()));
    assertThat(applied.status()).as(applied.toString()).isEqualTo(200);
    return applied.body();
  }

  private static Map<String, String> body(String environment) {
    return Map.of("application", "attic", "environment", environment, "reason", "no more");
  }

  private static Stage.Answer lastDeployment(String environment) {
    return stage.ended(stage.deploy("attic", environment, "1"));
  }

  private static List<?> instances() {
    return stage.bean(Runtimes.class).of(RuntimeKind.PROCESS).observe(STAGING);
  }

  private static CompletableFuture<HttpResponse<String>> slowVisit(String application)
      throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(stage.edge().resolve("/slow"))
            .header("Host", application + ".staging.localhost")
            .build();
    CompletableFuture<HttpResponse<String>> visit =
        HttpClient.newHttpClient().sendAsync(request, HttpResponse.BodyHandlers.ofString());
    await().until(() -> inFlight(application) > 0);
    return visit;
  }

  private static int inFlight(String application) throws InterruptedException {
    return stage
        .bean(Routers.class)
        .byKind()
        .get(RouterKind.EDGE)
        .observe(application + "-staging")
        .orElseThrow()
        .backends()
        .stream()
        .mapToInt(backend -> backend.figures().inFlight())
        .sum();
  }

  /** What a reader of the compacted topic is left with. */
  private static String lastWordOfStaging() {
    return Told.on(Topic.APPLICATIONS, Shared.kafka().bootstrapServers()).stream()
        .filter(fact -> fact.path("application").asString("").equals("attic"))
        .filter(fact -> fact.path("environment").asString("").equals("staging"))
        .map(JsonNode::toString)
        .reduce((earlier, later) -> later)
        .orElse("");
  }

  private static Stage.Answer approve(String who, Stage.Answer waiting) {
    return stage.post(
        who,
        "/deployments/" + waiting.text("deployment") + "/approval",
        Map.of("planHash", waiting.text("planHash")));
  }
}
