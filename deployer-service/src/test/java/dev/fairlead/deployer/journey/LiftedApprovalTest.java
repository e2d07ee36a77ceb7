package dev.fairlead.deployer.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.events.Actor;
import dev.fairlead.events.DeploymentEvent.DeployRequested;
import dev.fairlead.events.Place;
import dev.fairlead.events.Topic;
import dev.fairlead.events.Version;
import dev.fairlead.stack.testing.Shared;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Ada and Alma may deploy and approve; April may approve; Dora may deploy. */
@DisplayName("Whoever lifts the approval")
class LiftedApprovalTest {

  private static final String GUARDED = "production: {approval: required, replicas: 1}";
  private static final String OPEN = "production: {replicas: 1}";
  private static final String LEFT_OUT = "";
  private static final String REASON = "ada lifted the approval at ";

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
    stage.strike(Place.of("kiosk", "production"), Place.of("shed", "production"));
  }

  @Test
  @DisplayName("deploys alone only once another approver has applied such a manifest")
  void lifted() {
    apply("ada", "kiosk", GUARDED);
    assertThat(deploy("dora", "kiosk", "production").text("state")).isEqualTo("awaiting-approval");

    Stage.Answer opened = apply("ada", "kiosk", OPEN);
    assertThat(opened.body().path("changes").toString()).contains("production: " + REASON);
    JsonNode plan = plan("ada", "kiosk", "production");
    assertThat(plan.path("needsApproval").asBoolean()).isTrue();
    assertThat(plan.path("approvalReason").asString()).startsWith(REASON);
    Stage.Answer waiting = deploy("ada", "kiosk", "production");
    assertThat(waiting.text("state")).isEqualTo("awaiting-approval");
    assertThat(waiting.text("reason")).startsWith(REASON);
    assertThat(waiting.text("planHash")).isEqualTo(plan.path("planHash").asString());
    assertThat(approve("ada", waiting).text("code")).isEqualTo("own-request");

    apply("ada", "kiosk", OPEN);
    assertThat(plan("ada", "kiosk", "production").path("needsApproval").asBoolean()).isTrue();
    assertThat(approve("april", waiting).status()).isEqualTo(200);
    assertThat(stage.ended(waiting.text("deployment")).text("state")).isEqualTo("succeeded");

    assertThat(plan("ada", "kiosk", "production").path("needsApproval").asBoolean()).isTrue();
    assertThat(plan("dora", "kiosk", "production").path("needsApproval").asBoolean()).isFalse();
    apply("dora", "kiosk", OPEN);
    assertThat(plan("ada", "kiosk", "production").path("needsApproval").asBoolean())
        .as("who may not approve agrees to nothing")
        .isTrue();
    Stage.Answer agreed = apply("alma", "kiosk", OPEN);
    assertThat(agreed.body().path("changes").toString())
        .contains("production: alma agrees with ada that deployments need no approval")
        .doesNotContain(REASON);
    assertThat(plan("ada", "kiosk", "production").path("needsApproval").asBoolean()).isFalse();
    await()
        .untilAsserted(
            () -> {
              assertThat(audited("approval.lift")).contains("ada kiosk/production");
              assertThat(audited("approval.agree")).contains("alma kiosk/production");
            });
  }

  @Test
  @DisplayName("gains nothing by an event, whatever it says of its sender")
  void event() {
    apply("ada", "booth", GUARDED);
    apply("ada", "booth", OPEN);
    stage.told("dora", requested("booth", "dora"));

    Stage.Answer waiting = awaited("booth");
    assertThat(waiting.text("reason")).startsWith(REASON);
    assertThat(waiting.text("commit")).isEqualTo("c0ffee");
    Stage.Answer halfway = approve("ada", waiting);
    assertThat(halfway.body().path("approvals").findValuesAsString("approvedBy"))
        .containsExactly("ada");
    assertThat(halfway.text("state")).isEqualTo("awaiting-approval");
    assertThat(halfway.text("approvedBy")).isEqualTo("ada");
    assertThat(halfway.text("approvalExpiresAt")).isGreaterThan(waiting.text("requestedAt"));
    assertThat(approve("ada", waiting).status()).as("a second time").isEqualTo(409);
    Stage.Answer rejected =
        stage.post(
            "april",
            "/deployments/" + waiting.text("deployment") + "/rejection",
            Map.of("reason", "who asked for this?"));
    assertThat(rejected.status()).isEqualTo(200);
  }

  @Test
  @DisplayName("gains nothing by another name for the place, nor by taking it away for a while")
  void renamed() {
    apply("ada", "stall", GUARDED);
    apply("ada", "stall", "live: {replicas: 1}");
    assertThat(plan("ada", "stall", "live").path("needsApproval").asBoolean()).isTrue();
    assertThat(plan("ada", "stall", "staging").path("needsApproval").asBoolean()).isFalse();
    apply("alma", "stall", "live: {replicas: 1}");
    apply("ada", "stall", OPEN);
    assertThat(plan("ada", "stall", "production").path("needsApproval").asBoolean()).isTrue();

    apply("ada", "stall", GUARDED);
    assertThat(plan("dora", "stall", "production").path("needsApproval").asBoolean()).isTrue();
    assertThat(plan("dora", "stall", "production").path("approvalReason").isNull()).isTrue();
  }

  @Test
  @DisplayName("gains nothing by adding the other name first, or later, in a manifest of its own")
  void renamedInSteps() {
    String live = "live: {replicas: 1}";
    apply("ada", "shop", GUARDED);
    apply("ada", "shop", GUARDED + "\n  " + live);
    assertThat(plan("ada", "shop", "live").path("needsApproval").asBoolean())
        .as("as long as nothing is taken away")
        .isFalse();
    apply("ada", "shop", live);
    assertThat(plan("ada", "shop", "live").path("approvalReason").asString()).startsWith(REASON);
    assertThat(plan("dora", "shop", "live").path("needsApproval").asBoolean()).isFalse();
    assertThat(plan("ada", "shop", "staging").path("needsApproval").asBoolean()).isFalse();
    apply("alma", "shop", live);
    assertThat(plan("ada", "shop", "live").path("needsApproval").asBoolean()).isFalse();

    apply("ada", "shop", live + "\n  later: {replicas: 1}");
    assertThat(plan("ada", "shop", "later").path("approvalReason").asString()).startsWith(REASON);
  }

  @Test
  @DisplayName("by leaving the place out has opened it for nobody: naming it again is opening it")
  void leftOut() {
    apply("ada", "hut", GUARDED);
    apply("ada", "hut", LEFT_OUT);
    assertOpensNothing("dora", "hut", OPEN);
    apply("dora", "hut", LEFT_OUT + "later: {replicas: 1}");
    assertOpensNothing("dora", "hut", OPEN);

    Stage.Answer named = apply("alma", "hut", OPEN);
    assertThat(named.body().path("changes").toString())
        .contains("production: alma lifted the approval at ")
        .doesNotContain("agrees with");
    assertThat(plan("alma", "hut", "production").path("needsApproval").asBoolean()).isTrue();
    apply("dora", "hut", LEFT_OUT);
    apply("dora", "hut", OPEN);
    assertThat(plan("alma", "hut", "production").path("needsApproval").asBoolean())
        .as("left out while it was open")
        .isTrue();
    assertThat(apply("ada", "hut", OPEN).body().path("changes").toString())
        .contains("production: ada agrees with alma");
    assertThat(plan("alma", "hut", "production").path("needsApproval").asBoolean()).isFalse();
  }

  @Test
  @DisplayName("gains nothing by leaving the place out and naming it again alone")
  void leftOutAlone() {
    apply("alma", "tent", GUARDED);
    apply("alma", "tent", LEFT_OUT);
    apply("alma", "tent", OPEN);
    assertThat(plan("alma", "tent", "production").path("approvalReason").asString())
        .startsWith("alma lifted the approval at ");
    apply("alma", "tent", LEFT_OUT);
    apply("dora", "tent", GUARDED);
    assertThat(plan("dora", "tent", "production").path("needsApproval").asBoolean()).isTrue();
    assertOpensNothing("dora", "tent", OPEN);
  }

  @Test
  @DisplayName("by leaving the place out opens it for nobody, also once it was removed")
  void removed() {
    apply("ada", "barn", GUARDED);
    apply("ada", "barn", LEFT_OUT);
    Map<String, String> place = Map.of("application", "barn", "environment", "production");
    String removal = stage.post("dora", "/removals", place).text("deployment");
    assertThat(approve("april", stage.inState(removal, "awaiting-approval")).status())
        .isEqualTo(200);
    assertThat(stage.ended(removal).text("state")).isEqualTo("succeeded");

    assertOpensNothing("dora", "barn", OPEN);
    assertThat(stage.post("dora", "/deployments", wanted("barn", "production")).text("code"))
        .isEqualTo("removed-environment");
    apply("dora", "barn", GUARDED);
    assertThat(plan("dora", "barn", "production").path("needsApproval").asBoolean()).isTrue();
  }

  @Test
  @DisplayName(
      "by leaving the place out lets nobody remove alone what was deployed while it was open")
  void removedAlone() {
    apply("ada", "shed", OPEN);
    Stage.Answer deployed = stage.post("dora", "/deployments", wanted("shed", "production"));
    assertThat(stage.ended(deployed.text("deployment")).text("state")).isEqualTo("succeeded");
    apply("ada", "shed", GUARDED);
    apply("ada", "shed", LEFT_OUT);

    Map<String, String> place = Map.of("application", "shed", "environment", "production");
    assertThat(stage.post("dora", "/removals/plan", place).body().path("needsApproval").asBoolean())
        .isTrue();
  }

  @Test
  @DisplayName("by leaving the place out opens it neither for a promotion nor for an event")
  void leftOutByOtherWays() {
    apply("ada", "cabin", GUARDED);
    apply("ada", "cabin", LEFT_OUT);
    assertOpensNothing("dora", "cabin", OPEN);
    Map<String, String> promotion =
        Map.of("application", "cabin", "from", "staging", "to", "production");
    assertThat(stage.post("dora", "/promotions", promotion).text("code"))
        .isEqualTo("unknown-environment");
    assertOpensNothing("dora", "cabin", "production: {approval: none, replicas: 1}");

    apply("alma", "cabin", OPEN);
    stage.told("fairlead/deployer", requested("cabin", "alma"));
    assertThat(awaited("cabin").text("reason")).startsWith("alma lifted the approval at ");
  }

  @Test
  @DisplayName("gains nothing by deploying while the manifest changes")
  void meanwhile() throws Exception {
    apply("ada", "race", GUARDED);
    AtomicBoolean running = new AtomicBoolean(true);
    Thread changing =
        Thread.startVirtualThread(
            () -> {
              while (running.get()) {
                apply("ada", "race", OPEN);
                apply("ada", "race", GUARDED);
              }
            });
    try {
      for (int i = 0; i < 60; i++) {
        assertThat(plan("ada", "race", "production").path("needsApproval").asBoolean()).isTrue();
      }
    } finally {
      running.set(false);
      changing.join();
    }
  }

  @Test
  @DisplayName(
      "cannot be one who may not approve, not by applying the first manifest at once either")
  void firstAtOnce() throws Exception {
    for (int i = 0; i < 8; i++) {
      String name = "first-" + i;
      Thread open = Thread.startVirtualThread(() -> send("dora", name, OPEN));
      apply("ada", name, GUARDED);
      open.join();
      assertThat(plan("ada", name, "production").path("needsApproval").asBoolean()).isTrue();
    }
  }

  private static void assertOpensNothing(String who, String application, String environment) {
    Stage.Answer refused = send(who, application, environment);
    assertThat(refused.status()).as(refused.toString()).isEqualTo(403);
    assertThat(refused.text("code")).isEqualTo("approval-weakened");
  }

  private static DeployRequested requested(String application, String claimed) {
    Place place = Place.of(application, "production");
    return new DeployRequested(
        place.application(),
        place.environment(),
        new Version("1"),
        application + "-by-event",
        null,
        "c0ffee",
        new Actor(claimed),
        null,
        null,
        null,
        null,
        null);
  }

  /** The newest deployment of that application, once it awaits approval. */
  private static Stage.Answer awaited(String application) {
    JsonNode found =
        await()
            .until(
                () -> stage.get("/deployments?application=" + application).body().path(0),
                item -> item.path("state").asString("").equals("awaiting-approval"));
    return stage.get("/deployments/" + found.path("deployment").asString());
  }

  private static List<String> audited(String operation) {
    return Told.on(Topic.AUDIT, Shared.kafka().bootstrapServers()).stream()
        .filter(entry -> entry.path("operation").asString("").equals(operation))
        .map(entry -> entry.path("actor").asString() + " " + entry.path("on").asString())
        .toList();
  }

  private static Stage.Answer apply(String who, String application, String environment) {
    Stage.Answer answer = send(who, application, environment);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return answer;
  }

  private static Stage.Answer send(String who, String application, String environment) {
    String manifest = SampleManifest.of(application).replace(GUARDED, environment);
    return stage.post(
        who, "/applications", Map.of("manifest", manifest, "directory", folder.toString()));
  }

  private static JsonNode plan(String who, String application, String environment) {
    return stage.post(who, "/plans", wanted(application, environment)).body();
  }

  private static Stage.Answer deploy(String who, String application, String environment) {
    String deployment =
        stage.post(who, "/deployments", wanted(application, environment)).text("deployment");
    Stage.Answer waiting = stage.inState(deployment, "awaiting-approval");
    if (who.equals("dora")) {
      stage.post("ada", "/deployments/" + deployment + "/rejection", Map.of("reason", "not now"));
    }
    return waiting;
  }

  private static Map<String, String> wanted(String application, String environment) {
    return Map.of("application", application, "environment", environment, "version", "1");
  }

  private static Stage.Answer approve(String who, Stage.Answer waiting) {
    return stage.post(
        who,
        "/deployments/" + waiting.text("deployment") + "/approval",
        Map.of("planHash", waiting.text("planHash")));
  }
}
