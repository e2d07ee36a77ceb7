package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.BOB;
import static dev.fairlead.deployer.Samples.NOON;
import static dev.fairlead.deployer.Samples.plan;
import static dev.fairlead.deployer.Samples.rollbackTo;
import static dev.fairlead.deployer.Samples.spec;
import static dev.fairlead.deployer.Samples.specWithBackup;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.Work;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DeploymentEvent.DeployFailed;
import dev.fairlead.events.DeploymentEvent.RollbackTriggered;
import dev.fairlead.events.DeploymentId;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link Progress} decides. */
@DisplayName("A deployment")
class ProgressTest {

  private final Script script = new Script();

  @Test
  @DisplayName("asks for a backup and holds nobody's thread until it is there")
  void backup() {
    script.planned(plan(spec(), 1, true)).turnCame().stepSucceeds();
    BackupRequested asked = script.told(BackupRequested.class).getFirst();
    assertThat(script.deployment().action(NOON)).isInstanceOf(Action.Wait.class);

    script.fact(new Fact.BackupCompleted(BackupId.random(), "somebody else's"));
    assertThat(script.deployment().action(NOON)).isInstanceOf(Action.Wait.class);
    script.fact(new Fact.BackupCompleted(asked.backup(), "12 rows"));

    assertThat(script.deployment().backups()).containsExactly(asked.backup());
    assertThat(script.currentWork()).isEqualTo(new Work.RecordRelease());
  }

  @Test
  @DisplayName("waits for the drill where the manifest wants that proof, and fails without it")
  void drilledBackup() {
    script.planned(plan(specWithBackup("{proof: drilled}"), 1, true)).turnCame().stepSucceeds();
    BackupRequested asked = script.told(BackupRequested.class).getFirst();
    assertThat(asked.proof()).isEqualTo(ProofLevel.DRILLED);

    script.fact(new Fact.BackupCompleted(asked.backup(), "12 rows"));
    assertThat(script.deployment().action(NOON)).isInstanceOf(Action.Wait.class);
    script.fact(new Fact.BackupDrilled(asked.backup(), "12 rows restored"));

    assertThat(script.currentWork()).isEqualTo(new Work.RecordRelease());
  }

  @Test
  @DisplayName("is rolled back when the application becomes unhealthy while it bakes")
  void degradedInBake() {
    script.planned(plan(spec(), 1, true)).turnCame().until(Work.Bake.class);
    script.fact(new Fact.HealthDegraded("orders/staging/http", script.now(), "503"));

    assertThat(script.told(RollbackTriggered.class).getFirst().reason()).contains("503");
  }

  @Test
  @DisplayName("is not blamed for what was unhealthy before it began")
  void degradedBefore() {
    script.planned(plan(spec(), 1, true)).turnCame().until(Work.Bake.class);
    script.fact(new Fact.HealthDegraded("orders/staging/http", NOON.minusSeconds(60), "503"));

    assertThat(script.deployment().state()).isInstanceOf(DeploymentState.Running.class);
  }

  @Test
  @DisplayName("is not blamed for an outage of the release before while it was still tested")
  void degradedBeforeItsTraffic() {
    script.planned(plan(spec(), 1, true)).turnCame().until(Work.PrepareArtifact.class);
    Instant outage = script.now();
    script.until(Work.Bake.class);
    script.fact(new Fact.HealthDegraded("orders/staging/http", outage, "503"));
    assertThat(script.deployment().state()).isInstanceOf(DeploymentState.Running.class);

    script.fact(new Fact.HealthDegraded("orders/staging/http", script.now(), "503"));
    assertThat(script.deployment().state()).isInstanceOf(DeploymentState.RollingBack.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("is not blamed for requests that failed while nobody was to be served")
  void degradedInStandstill(boolean compatible) {
    script
        .planned(plan(spec("strategy: {recreate: {}}"), 1, compatible))
        .turnCame()
        .until(Work.ShiftTraffic.class)
        .stepSucceeds();
    Instant standstill = script.now();
    script.fact(new Fact.HealthDegraded("orders/staging/http", standstill, "503"));
    assertThat(script.deployment().state()).isInstanceOf(DeploymentState.Running.class);
    script.until(Work.ReleaseTraffic.class);
    script.fact(new Fact.HealthDegraded("orders/staging/http", script.now(), "503"));
    script.until(Work.Bake.class);
    script.fact(new Fact.HealthDegraded("orders/staging/http", standstill, "503"));
    assertThat(script.deployment().state()).isInstanceOf(DeploymentState.Running.class);

    script.fact(new Fact.HealthDegraded("orders/staging/http", script.now(), "503"));
    assertThat(script.deployment().state()).isInstanceOf(DeploymentState.RollingBack.class);
  }

  @Test
  @DisplayName("stops baking early when somebody else waits for the place")
  void bakeYields() {
    script.planned(plan(spec(), 1, true)).turnCame().until(Work.Bake.class);
    script.fact(new Fact.SomebodyWaits(DeploymentId.random(), false)).stepSucceeds();

    assertThat(script.deployment().state()).isEqualTo(new DeploymentState.Succeeded());
  }

  @Test
  @DisplayName("bakes to the end where it needed approval, whoever waits")
  void bakeStays() {
    Plan plan = plan(spec("approval: required"), 1, true);
    script.planned(plan).fact(new Fact.Approved(plan.hash(), BOB, null)).turnCame();
    script.until(Work.Bake.class);
    script.fact(new Fact.SomebodyWaits(DeploymentId.random(), false));

    assertThat(script.currentWork()).isInstanceOf(Work.Bake.class);
  }

  @Test
  @DisplayName("is no success because somebody wants to go back")
  void noSuccess() {
    script.planned(plan(spec(), 1, true)).turnCame().until(Work.Bake.class);
    script.fact(new Fact.SomebodyWaits(DeploymentId.random(), true));

    assertThat(script.currentWork()).isInstanceOf(Work.Bake.class);
  }

  @Test
  @DisplayName("makes way at once, as a rollback, for another one")
  void rollbackYields() {
    Script rollback = new Script(rollbackTo("1", NOON));
    rollback.planned(plan(spec("approval: required"), 1, true)).turnCame().until(Work.Bake.class);
    rollback.fact(new Fact.SomebodyWaits(DeploymentId.random(), true)).stepSucceeds();

    assertThat(rollback.deployment().state()).isEqualTo(new DeploymentState.Succeeded());
  }

  @Test
  @DisplayName("does not outlive its deadline, whatever it is waiting for")
  void deadline() {
    script.planned(plan(spec(), 1, true)).turnCame().stepSucceeds();
    script.passes(Duration.ofMinutes(15)).passes(spec().verification().longestDoubt());
    script.fact(new Fact.TimePassed());

    assertThat(script.deployment().state()).isInstanceOf(DeploymentState.Failed.class);
    assertThat(script.told(DeployFailed.class).getFirst().reason()).contains("deadline");
  }

  @Test
  @DisplayName("has one deadline for all its hooks, however long each of them may take")
  void hooks() {
    script
        .planned(
            plan(
                spec(
                    "hooks:",
                    "  - {name: one, before: build, timeout: 14m, command: [./one.sh]}",
                    "  - {name: two, before: build, timeout: 14m, command: [./two.sh]}"),
                1,
                true))
        .turnCame()
        .until(Work.RunHook.class);
    Instant deadline = script.deployment().deadline();
    script.passes(Duration.between(script.now(), deadline).minusMinutes(1)).stepSucceeds();
    script.fact(new Fact.TimePassed());
    assertThat(script.currentWork()).isEqualTo(new Work.RunHook("two"));

    script.passes(Duration.ofMinutes(1)).fact(new Fact.TimePassed());

    assertThat(script.told(DeployFailed.class).getFirst().reason())
        .isEqualTo("the deadline of PT15M passed during step hook-two");
  }

  @Test
  @DisplayName("is rolled back when its release gets slower while it bakes, and only then")
  void regressedInBake() {
    script.planned(plan(spec(), 1, true)).turnCame().until(Work.Bake.class);
    script.fact(regressed(DeploymentId.random()));
    assertThat(script.deployment().state()).isInstanceOf(DeploymentState.Running.class);
    script.fact(regressed(null));

    assertThat(script.told(RollbackTriggered.class).getFirst().reason())
        .isEqualTo("orders/staging/http became worse: latency-p95 is 900 ms instead of 300");
  }

  private Fact regressed(@Nullable DeploymentId deployment) {
    return new Fact.Regressed(
        "orders/staging/http", deployment, script.now(), "latency-p95 is 900 ms instead of 300");
  }
}
