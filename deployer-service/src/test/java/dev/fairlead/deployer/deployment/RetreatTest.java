package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.DATABASE;
import static dev.fairlead.deployer.Samples.NOON;
import static dev.fairlead.deployer.Samples.plan;
import static dev.fairlead.deployer.Samples.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.plan.Work;
import dev.fairlead.events.BackupEvent.RestoreRequested;
import dev.fairlead.events.DeploymentEvent;
import dev.fairlead.events.DeploymentEvent.DataAtRisk;
import dev.fairlead.events.DeploymentEvent.RollbackCompleted;
import dev.fairlead.events.DeploymentEvent.RollbackScope;
import dev.fairlead.events.DeploymentEvent.RollbackTriggered;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What {@link Retreat} decides. */
@DisplayName("A deployment")
class RetreatTest {

  private final Script script = new Script();

  @Test
  @DisplayName(
      "that fails after a compatible migration goes back to the old code and keeps the data")
  void codeRollback() {
    script.planned(plan(spec(), 1, true)).turnCame().until(Work.CheckAnswers.class);
    script.fails("answers 500");

    assertThat(script.told(RollbackTriggered.class).getFirst().scope())
        .isEqualTo(RollbackScope.CODE);
    assertThat(script.stepsOfRollback())
        .containsExactly("start-old", "old-healthy", "traffic-back", "drain-new", "stop-new");
    script.stepsOfRollback().forEach(_ -> script.stepSucceeds());
    assertThat(script.deployment().state()).isInstanceOf(DeploymentState.RolledBack.class);
    assertThat(script.told(RollbackCompleted.class)).hasSize(1);
  }

  @Test
  @DisplayName("that fails after an incompatible migration restores its own backup")
  void databaseRollback() {
    script.planned(plan(spec(), 1, false)).turnCame().until(Work.CheckAnswers.class);
    script.fails("answers 500");

    assertThat(script.told(RollbackTriggered.class).getFirst().scope())
        .isEqualTo(RollbackScope.FULL);
    assertThat(script.stepsOfRollback())
        .containsExactly(
            "hold",
            "traffic-off",
            "drain-new",
            "stop-new",
            "count-main",
            "restore-main",
            "start-old",
            "old-healthy",
            "traffic-back",
            "release");
    Instant backedUp = NOON.plusSeconds(2);
    assertThat(script.told(RollbackTriggered.class).getFirst().dataAtRisk())
        .containsExactly(new DataAtRisk(DATABASE, backedUp, null, null, null, null));
    script.stepSucceeds().stepSucceeds().stepSucceeds().stepSucceeds();
    assertThat(script.currentWork()).isEqualTo(new Work.CountLoss(DATABASE));
    DataAtRisk counted = new DataAtRisk(DATABASE, backedUp, script.now(), 12L, List.of(), 3_000L);
    script.ends(new StepResult.Counted(counted, "about 12 rows"));
    RestoreRequested asked = script.told(RestoreRequested.class).getFirst();
    assertThat(asked.backup()).isEqualTo(script.deployment().backupOf(DATABASE));
    assertThat(asked.withFiles()).as("the files of the same moment as well").isTrue();
    assertThat(script.deployment().action(script.now())).isInstanceOf(Action.Wait.class);
    script.fact(new Fact.RestoreCompleted(asked.restore(), "restored"));
    assertThat(script.currentWork()).isInstanceOf(Work.Start.class);
    script.stepSucceeds().stepSucceeds().stepSucceeds().stepSucceeds();
    RollbackCompleted completed = script.told(RollbackCompleted.class).getFirst();
    assertThat(completed.keptData()).isEqualTo("restored");
    assertThat(completed.dataAtRisk()).containsExactly(counted);
  }

  @Test
  @DisplayName("goes back also where it cannot be counted what that sets aside")
  void notCounted() {
    script.planned(plan(spec(), 1, false)).turnCame().until(Work.CheckAnswers.class);
    script.fails("answers 500").until(Work.CountLoss.class);
    DataAtRisk unknown = new DataAtRisk(DATABASE, null, null, null, null, null);
    script.ends(new StepResult.Counted(unknown, "cannot be told"));

    assertThat(script.currentWork()).isEqualTo(new Work.RestoreDatabase(DATABASE));
  }

  @Test
  @DisplayName("whose migrations failed half way gets the backup from before them")
  void migrationFailedHalfWay() {
    script.planned(plan(spec(), 1, false)).turnCame().until(Work.Migrate.class);
    script.ends(new StepResult.Failed("V3 failed", null, false, List.of()));

    assertThat(script.stepsOfRollback()).contains("count-main", "restore-main");
  }

  @Test
  @DisplayName("whose incompatible migration failed without a trace leaves the database alone")
  void migrationFailedClean() {
    script.planned(plan(spec(), 1, false)).turnCame().until(Work.Migrate.class);
    script.ends(new StepResult.Failed("syntax error", null, true, List.of()));

    assertThat(script.stepsOfRollback()).contains("traffic-back", "release");
    script.stepsOfRollback().forEach(_ -> script.stepSucceeds());
    assertThat(script.deployment().state()).isInstanceOf(DeploymentState.RolledBack.class);
    assertThat(script.told(RestoreRequested.class)).isEmpty();
  }

  @Test
  @DisplayName(
      "tries a failing step of its rollback five times, and then says that a person is needed")
  void rollbackFails() {
    script.planned(plan(spec(), 1, true)).turnCame().until(Work.ShiftTraffic.class);
    script.fails("router away");
    for (int attempt = 1; attempt <= 5; attempt++) {
      assertThat(script.deployment().state()).isInstanceOf(DeploymentState.RollingBack.class);
      script.fails("router still away");
      script.passes(Duration.ofSeconds(30));
    }
    assertThat(script.deployment().state()).isInstanceOf(DeploymentState.RollbackFailed.class);
    assertThat(script.told(DeploymentEvent.RollbackFailed.class).getFirst().advice()).isNotBlank();
  }
}
