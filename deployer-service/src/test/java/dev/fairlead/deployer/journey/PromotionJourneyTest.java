package dev.fairlead.deployer.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.deployer.release.Releases;
import dev.fairlead.events.Actor;
import dev.fairlead.events.AlertEvent.OnCallChanged;
import dev.fairlead.events.DeploymentEvent.DeployApproved;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Place;
import dev.fairlead.events.PlanHash;
import dev.fairlead.events.Topic;
import dev.fairlead.stack.testing.Shared;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@DisplayName("Towards production")
class PromotionJourneyTest {

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
    stage.strike(
        Place.of("till", "staging"),
        Place.of("till", "production"),
        Place.of("measured", "staging"));
  }

  @Test
  @DisplayName("the very digest that was tried comes, once another person agrees")
  void promotion() throws Exception {
    stage.applied("till");
    Stage.Answer early = promoted("dora");
    assertThat(early.status()).isEqualTo(409);
    assertThat(early.text("advice"))
        .isEqualTo("deploy it there first: fairlead deploy till VERSION --environment staging");

    Stage.Answer nowhere =
        stage.post(
            "dora", "/promotions", Map.of("application", "till", "from", "staging", "to", "moon"));
    assertThat(nowhere.status()).isEqualTo(404);
    assertThat(nowhere.text("detail")).isEqualTo("till has no environment moon");

    Stage.Answer tried = stage.ended(deployedToStaging());
    assertThat(tried.text("state")).as(tried.toString()).isEqualTo("succeeded");
    stage.built("1", "good", Map.of("built", "again"));

    String promotion = promoted("ada").text("deployment");
    assertThat(promoted("ada").text("deployment")).as("the same key").isEqualTo(promotion);
    Stage.Answer fromElsewhere = promoted("ada", "canary");
    assertThat(fromElsewhere.status()).as(fromElsewhere.toString()).isEqualTo(409);
    assertThat(fromElsewhere.text("code")).isEqualTo("key-in-use");
    Stage.Answer asked = stage.inState(promotion, "awaiting-approval");
    assertThat(asked.text("digest")).isEqualTo(tried.text("digest"));
    assertThat(asked.text("commit")).isEqualTo("9f2c1e7");
    assertThat(asked.text("message")).isEqualTo("Charge once");
    assertThat(asked.text("author")).isEqualTo("Ada Lovelace");
    PlanHash plan = new PlanHash(asked.text("planHash"));
    String approval = "/deployments/" + promotion + "/approval";

    forged(promotion, plan);
    assertThat(stage.post("dora", approval, Map.of("planHash", plan)).status()).isEqualTo(403);
    assertThat(stage.post("nobody", approval, Map.of("planHash", plan)).status()).isEqualTo(401);
    Stage.Answer own = stage.post("ada", approval, Map.of("planHash", plan));
    assertThat(own.status()).isEqualTo(409);
    assertThat(own.text("code")).isEqualTo("own-request");
    assertThat(own.text("detail")).isEqualTo("ada requested this deployment and cannot approve it");
    Stage.Answer opened = applied("dora", "environments: {staging: {}, production: {}}");
    assertThat(opened.status()).as(opened.toString()).isEqualTo(403);
    assertThat(opened.text("code")).isEqualTo("approval-weakened");
    assertThat(applied("dora", "environments: {staging: {}}").status()).isEqualTo(403);
    assertThat(stage.get("/deployments/" + promotion).text("state")).isEqualTo("awaiting-approval");

    assertThat(stage.post("april", approval, Map.of("planHash", plan)).status()).isEqualTo(200);
    Stage.Answer done = stage.ended(promotion);
    assertThat(done.text("state")).as(done.toString()).isEqualTo("succeeded");
    assertThat(done.text("digest")).isEqualTo(tried.text("digest"));
  }

  private static String deployedToStaging() {
    Map<String, String> asked =
        Map.of(
            "application",
            "till",
            "environment",
            "staging",
            "version",
            "1",
            "commit",
            "9f2c1e7",
            "message",
            "Charge once\n\nAt last.",
            "author",
            "Ada Lovelace");
    return stage.post("dora", "/deployments", asked).text("deployment");
  }

  @Test
  @DisplayName("a freeze and an empty desk stop a deployment, unless an approver waives that")
  void gates() {
    stage.applied(
        "frozen",
        "team: night-shift",
        "bake: 5m",
        "gates:",
        "  freezes: [{name: always, from: 2020-01-01T00:00, until: 2120-01-01T00:00}]",
        "  on-call: must");
    Stage.Answer plan =
        stage.post(
            "dora",
            "/plans",
            Map.of("application", "frozen", "environment", "staging", "version", "1"));
    assertThat(plan.body().path("gates").toString())
        .contains("\"check\":\"freeze\",\"passed\":false", "\"check\":\"disk\",\"passed\":true");

    Stage.Answer stopped = stage.ended(stage.deploy("frozen", "staging", "1"));
    assertThat(stopped.text("state")).isEqualTo("failed");
    assertThat(stopped.text("reason"))
        .isEqualTo(
            "deployments are frozen (always) until 2120-01-01T00:00Z;"
                + " nobody is known to be on call for team night-shift");

    DeploymentId unbegun = DeploymentId.of(stopped.text("deployment"));
    assertThat(stopped.body().path("steps")).as("gates and nothing else").hasSize(1);
    assertThat(stage.bean(Releases.class).find(unbegun)).isEmpty();
    assertThat(stage.get("/instances?application=frozen").body()).isEmpty();

    assertThat(waived("dora", "freeze").status()).isEqualTo(403);
    assertThat(waived("ada", "disk").text("advice"))
        .isEqualTo("only these can be waived: decisions, freeze, incidents, on-call, restored");
    stage.told("alert", new OnCallChanged("night-shift", List.of("nina"), null));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                !stage
                    .ended(stage.deploy("frozen", "staging", "1"))
                    .text("reason")
                    .contains("nobody is known"));

    String waived = waived("ada", "freeze").text("deployment");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> stage.step(stage.get("/deployments/" + waived), "gates") != null);
    assertThat(String.valueOf(stage.step(stage.get("/deployments/" + waived), "gates")))
        .contains("waived by ada: the shop is down");
    await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> requireAudited(waived));
    stage.post("dora", "/deployments/" + waived + "/cancellation", Map.of());
    assertThat(stage.ended(waived).text("state")).isEqualTo("cancelled");
  }

  @Test
  @DisplayName(
      "hooks and suites are run around a release, and one that is found open does not stay")
  void suites() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String manifest =
        """
        application: measured
        artifact: {archive: "app-{version}.zip"}
        command: [%s, -XX:+UseSerialGC, -XX:TieredStopAtLevel=1, -Xmx32m, -cp, ., %s]
        health: {interval: 100ms, stay-healthy: 0s, within: 20s}
        route: {host: measured.localhost}
        bake: 0s
        verification:
          checks: [{path: /, body: "version {version}", headers: {Content-Length: "*"}}]
          window: 0s
          resources: {memory: 2GB, window: 200ms}
          load: {users: 5, duration: 1s, max-p95: 5s}
          logs: {pattern: never-there}
          security: {auth-required: %s}
        hooks:
          - {name: announce, before: rollout, command: [sh, -c, "echo rolling out $FAIRLEAD_VERSION"]}
          - {name: cheer, after: verify, command: [sh, -c, "exit 7"], grade: should}
        environments: {staging: {}}
        """;

    Stage.Answer closed =
        measured(
            manifest
                .formatted(java, SampleApplication.class.getName(), "[]")
                .replace("security: {auth-required: []}", ""));
    assertThat(closed.text("state")).as(closed.toString()).isEqualTo("succeeded");
    assertThat(String.valueOf(stage.step(closed, "hook-announce")))
        .contains("passed: rolling out 1");
    assertThat(String.valueOf(stage.step(closed, "hook-cheer")))
        .contains("failed (exit code 7)", "so it goes on");
    assertThat(String.valueOf(stage.step(closed, "load"))).contains("5 users", "0.00 % errors");
    assertThat(String.valueOf(stage.step(closed, "resources"))).contains(" MB, ");
    assertThat(String.valueOf(stage.step(closed, "logs"))).contains("none too many match");

    Stage.Answer open =
        measured(manifest.formatted(java, SampleApplication.class.getName(), "[/]"));
    assertThat(open.text("state")).as(open.toString()).isEqualTo("rolled-back");
    assertThat(open.text("reason")).isEqualTo("security: GET / answered 200 without credentials");
  }

  private static void requireAudited(String deployment) {
    List<JsonNode> waivers =
        Told.on(Topic.AUDIT, Shared.kafka().bootstrapServers()).stream()
            .filter(entry -> entry.path("operation").asString("").equals("gate.waive"))
            .toList();
    assertThat(waivers)
        .anySatisfy(
            entry -> {
              assertThat(entry.path("actor").asString()).isEqualTo("ada");
              assertThat(entry.path("outcome").asString()).isEqualTo("allowed");
              assertThat(entry.path("detail").asString())
                  .contains(deployment, "frozen/staging: freeze, because the shop is down");
            })
        .anySatisfy(
            entry -> {
              assertThat(entry.path("actor").asString()).isEqualTo("dora");
              assertThat(entry.path("outcome").asString()).isEqualTo("denied");
            });
  }

  private static Stage.Answer measured(String manifest) {
    Stage.Answer applied =
        stage.post(
            "ada", "/applications", Map.of("manifest", manifest, "directory", folder.toString()));
    assertThat(applied.status()).as(applied.toString()).isEqualTo(200);
    return stage.ended(stage.deploy("measured", "staging", "1"));
  }

  private static Stage.Answer promoted(String who) {
    return promoted(who, "staging");
  }

  private static Stage.Answer promoted(String who, String from) {
    return stage.post(
        who,
        "/promotions",
        Map.of(
            "application",
            "till",
            "from",
            from,
            "to",
            "production",
            "idempotencyKey",
            "release-1",
            "reason",
            "tried for a week"));
  }

  private static Stage.Answer waived(String who, String check) {
    return stage.post(
        who,
        "/deployments",
        Map.of(
            "application",
            "frozen",
            "environment",
            "staging",
            "version",
            "1",
            "waive",
            Map.of("checks", Set.of(check), "reason", "the shop is down")));
  }

  private static Stage.Answer applied(String who, String environments) {
    return applied(who, "till", environments);
  }

  private static Stage.Answer applied(String who, String application, String environments) {
    String manifest =
        """
        application: %s
        artifact: {archive: "app-{version}.zip"}
        command: [java]
        route: {host: till.localhost}
        """
            .formatted(application);
    return stage.post(
        who, "/applications", Map.of("manifest", manifest + environments, "directory", "/tmp"));
  }

  /** As whoever may write to the topic could. */
  private static void forged(String deployment, PlanHash plan) {
    Place place = Place.of("till", "production");
    for (String source : List.of("deployer", "console", "api", "april")) {
      stage.told(
          source,
          new DeployApproved(
              DeploymentId.of(deployment),
              place.application(),
              place.environment(),
              plan,
              new Actor("april"),
              "forged",
              null));
    }
  }
}
