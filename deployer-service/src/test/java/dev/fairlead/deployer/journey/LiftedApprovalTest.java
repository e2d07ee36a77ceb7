package dev.fairlead.deployer.journey;

import static dev.fairlead.deployer.journey.ApprovalPeople.GUARDED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.events.Place;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@DisplayName("Whoever lifts the approval")
class LiftedApprovalTest {

  private static final String OPEN = "production: {replicas: 1}";
  private static final String LEFT_OUT = "";
  private static final String REASON = "ada lifted the approval at ";

  private static Stage stage;
  private static ApprovalPeople people;

  @BeforeAll
  static void set(@TempDir Path temporary) throws Exception {
    stage = Stage.set(temporary);
    stage.built("1", "good");
    people = new ApprovalPeople(stage, temporary);
  }

  @AfterAll
  static void strike() throws Exception {
    stage.strike(Place.of("kiosk", "production"), Place.of("shed", "production"));
  }

  @Test
  @DisplayName("deploys alone only once another approver has applied such a manifest")
  void lifted() {
    people.apply("ada", "kiosk", GUARDED);
    assertThat(people.deploy("dora", "kiosk", "production").text("state"))
        .isEqualTo("awaiting-approval");

    Stage.Answer opened = people.apply("ada", "kiosk", OPEN);
    assertThat(opened.body().path("changes").toString()).contains("production: " + REASON);
    JsonNode plan = people.plan("ada", "kiosk", "production");
    assertThat(plan.path("needsApproval").asBoolean()).isTrue();
    assertThat(plan.path("approvalReason").asString()).startsWith(REASON);
    Stage.Answer waiting = people.deploy("ada", "kiosk", "production");
    assertThat(waiting.text("state")).isEqualTo("awaiting-approval");
    assertThat(waiting.text("reason")).startsWith(REASON);
    assertThat(waiting.text("planHash")).isEqualTo(plan.path("planHash").asString());
    assertThat(people.approve("ada", waiting).text("code")).isEqualTo("own-request");

    people.apply("ada", "kiosk", OPEN);
    assertThat(people.plan("ada", "kiosk", "production").path("needsApproval").asBoolean())
        .isTrue();
    assertThat(people.approve("april", waiting).status()).isEqualTo(200);
    assertThat(stage.ended(waiting.text("deployment")).text("state")).isEqualTo("succeeded");

    assertThat(people.plan("ada", "kiosk", "production").path("needsApproval").asBoolean())
        .isTrue();
    assertThat(people.plan("dora", "kiosk", "production").path("needsApproval").asBoolean())
        .isFalse();
    people.apply("dora", "kiosk", OPEN);
    assertThat(people.plan("ada", "kiosk", "production").path("needsApproval").asBoolean())
        .as("who may not approve agrees to nothing")
        .isTrue();
    Stage.Answer agreed = people.apply("alma", "kiosk", OPEN);
    assertThat(agreed.body().path("changes").toString())
        .contains("production: alma agrees with ada that deployments need no approval")
        .doesNotContain(REASON);
    assertThat(people.plan("ada", "kiosk", "production").path("needsApproval").asBoolean())
        .isFalse();
    await()
        .untilAsserted(
            () -> {
              assertThat(people.audited("approval.lift")).contains("ada kiosk/production");
              assertThat(people.audited("approval.agree")).contains("alma kiosk/production");
            });
  }

  @Test
  @DisplayName("gains nothing by an event, whatever it says of its sender")
  void event() {
    people.apply("ada", "booth", GUARDED);
    people.apply("ada", "booth", OPEN);
    stage.told("dora", people.requested("booth", "dora"));

    Stage.Answer waiting = people.awaited("booth");
    assertThat(waiting.text("reason")).startsWith(REASON);
    assertThat(waiting.text("commit")).isEqualTo("c0ffee");
    Stage.Answer halfway = people.approve("ada", waiting);
    assertThat(halfway.body().path("approvals").findValuesAsString("approvedBy"))
        .containsExactly("ada");
    assertThat(halfway.text("state")).isEqualTo("awaiting-approval");
    assertThat(halfway.text("approvedBy")).isEqualTo("ada");
    assertThat(halfway.text("approvalExpiresAt")).isGreaterThan(waiting.text("requestedAt"));
    assertThat(people.approve("ada", waiting).status()).as("a second time").isEqualTo(409);
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
    people.apply("ada", "stall", GUARDED);
    people.apply("ada", "stall", "live: {replicas: 1}");
    assertThat(people.plan("ada", "stall", "live").path("needsApproval").asBoolean()).isTrue();
    assertThat(people.plan("ada", "stall", "staging").path("needsApproval").asBoolean()).isFalse();
    people.apply("alma", "stall", "live: {replicas: 1}");
    people.apply("ada", "stall", OPEN);
    assertThat(people.plan("ada", "stall", "production").path("needsApproval").asBoolean())
        .isTrue();

    people.apply("ada", "stall", GUARDED);
    assertThat(people.plan("dora", "stall", "production").path("needsApproval").asBoolean())
        .isTrue();
    assertThat(people.plan("dora", "stall", "production").path("approvalReason").isNull()).isTrue();
  }

  @Test
  @DisplayName("gains nothing by adding the other name first, or later, in a manifest of its own")
  void renamedInSteps() {
    String live = "live: {replicas: 1}";
    people.apply("ada", "shop", GUARDED);
    people.apply("ada", "shop", GUARDED + "\n  " + live);
    assertThat(people.plan("ada", "shop", "live").path("needsApproval").asBoolean())
        .as("as long as nothing is taken away")
        .isFalse();
    people.apply("ada", "shop", live);
    assertThat(people.plan("ada", "shop", "live").path("approvalReason").asString())
        .startsWith(REASON);
    assertThat(people.plan("dora", "shop", "live").path("needsApproval").asBoolean()).isFalse();
    assertThat(people.plan("ada", "shop", "staging").path("needsApproval").asBoolean()).isFalse();
    people.apply("alma", "shop", live);
    assertThat(people.plan("ada", "shop", "live").path("needsApproval").asBoolean()).isFalse();

    people.apply("ada", "shop", live + "\n  later: {replicas: 1}");
    assertThat(people.plan("ada", "shop", "later").path("approvalReason").asString())
        .startsWith(REASON);
  }

  @Test
  @DisplayName("by leaving the place out has opened it for nobody: naming it again is opening it")
  void leftOut() {
    people.apply("ada", "hut", GUARDED);
    people.apply("ada", "hut", LEFT_OUT);
    people.assertOpensNothing("dora", "hut", OPEN);
    people.apply("dora", "hut", LEFT_OUT + "later: {replicas: 1}");
    people.assertOpensNothing("dora", "hut", OPEN);

    Stage.Answer named = people.apply("alma", "hut", OPEN);
    assertThat(named.body().path("changes").toString())
        .contains("production: alma lifted the approval at ")
        .doesNotContain("agrees with");
    assertThat(people.plan("alma", "hut", "production").path("needsApproval").asBoolean()).isTrue();
    people.apply("dora", "hut", LEFT_OUT);
    people.apply("dora", "hut", OPEN);
    assertThat(people.plan("alma", "hut", "production").path("needsApproval").asBoolean())
        .as("left out while it was open")
        .isTrue();
    assertThat(people.apply("ada", "hut", OPEN).body().path("changes").toString())
        .contains("production: ada agrees with alma");
    assertThat(people.plan("alma", "hut", "production").path("needsApproval").asBoolean())
        .isFalse();
  }

  @Test
  @DisplayName("gains nothing by leaving the place out and naming it again alone")
  void leftOutAlone() {
    people.apply("alma", "tent", GUARDED);
    people.apply("alma", "tent", LEFT_OUT);
    people.apply("alma", "tent", OPEN);
    assertThat(people.plan("alma", "tent", "production").path("approvalReason").asString())
        .startsWith("alma lifted the approval at ");
    people.apply("alma", "tent", LEFT_OUT);
    people.apply("dora", "tent", GUARDED);
    assertThat(people.plan("dora", "tent", "production").path("needsApproval").asBoolean())
        .isTrue();
    people.assertOpensNothing("dora", "tent", OPEN);
  }

  @Test
  @DisplayName("by leaving the place out opens it for nobody, also once it was removed")
  void removed() {
    people.apply("ada", "barn", GUARDED);
    people.apply("ada", "barn", LEFT_OUT);
    Map<String, String> place = Map.of("application", "barn", "environment", "production");
    String removal = stage.post("dora", "/removals", place).text("deployment");
    assertThat(people.approve("april", stage.inState(removal, "awaiting-approval")).status())
        .isEqualTo(200);
    assertThat(stage.ended(removal).text("state")).isEqualTo("succeeded");

    people.assertOpensNothing("dora", "barn", OPEN);
    assertThat(stage.post("dora", "/deployments", people.wanted("barn", "production")).text("code"))
        .isEqualTo("removed-environment");
    people.apply("dora", "barn", GUARDED);
    assertThat(people.plan("dora", "barn", "production").path("needsApproval").asBoolean())
        .isTrue();
  }

  @Test
  @DisplayName(
      "by leaving the place out lets nobody remove alone what was deployed while it was open")
  void removedAlone() {
    people.apply("ada", "shed", OPEN);
    Stage.Answer deployed = stage.post("dora", "/deployments", people.wanted("shed", "production"));
    assertThat(stage.ended(deployed.text("deployment")).text("state")).isEqualTo("succeeded");
    people.apply("ada", "shed", GUARDED);
    people.apply("ada", "shed", LEFT_OUT);

    Map<String, String> place = Map.of("application", "shed", "environment", "production");
    assertThat(stage.post("dora", "/removals/plan", place).body().path("needsApproval").asBoolean())
        .isTrue();
  }

  @Test
  @DisplayName("by leaving the place out opens it neither for a promotion nor for an event")
  void leftOutByOtherWays() {
    people.apply("ada", "cabin", GUARDED);
    people.apply("ada", "cabin", LEFT_OUT);
    people.assertOpensNothing("dora", "cabin", OPEN);
    Map<String, String> promotion =
        Map.of("application", "cabin", "from", "staging", "to", "production");
    assertThat(stage.post("dora", "/promotions", promotion).text("code"))
        .isEqualTo("unknown-environment");
    people.assertOpensNothing("dora", "cabin", "production: {approval: none, replicas: 1}");

    people.apply("alma", "cabin", OPEN);
    stage.told("fairlead/deployer", people.requested("cabin", "alma"));
    assertThat(people.awaited("cabin").text("reason")).startsWith("alma lifted the approval at ");
  }

  @Test
  @DisplayName("gains nothing by deploying while the manifest changes")
  void meanwhile() throws Exception {
    people.apply("ada", "race", GUARDED);
    AtomicBoolean running = new AtomicBoolean(true);
    Thread changing =
        Thread.startVirtualThread(
            () -> {
              while (running.get()) {
                people.apply("ada", "race", OPEN);
                people.apply("ada", "race", GUARDED);
              }
            });
    try {
      for (int i = 0; i < 60; i++) {
        assertThat(people.plan("ada", "race", "production").path("needsApproval").asBoolean())
            .isTrue();
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
      Thread open = Thread.startVirtualThread(() -> people.send("dora", name, OPEN));
      people.apply("ada", name, GUARDED);
      open.join();
      assertThat(people.plan("ada", name, "production").path("needsApproval").asBoolean()).isTrue();
    }
  }
}
