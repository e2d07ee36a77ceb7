package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.BOB;
import static dev.fairlead.deployer.Samples.DATABASE;
import static dev.fairlead.deployer.Samples.DEPLOYMENT;
import static dev.fairlead.deployer.Samples.FORMER;
import static dev.fairlead.deployer.Samples.NOON;
import static dev.fairlead.deployer.Samples.plan;
import static dev.fairlead.deployer.Samples.request;
import static dev.fairlead.deployer.Samples.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.Work;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.BackupEvent.RestoreRequested;
import dev.fairlead.events.DeploymentEvent;
import dev.fairlead.events.DeploymentEvent.DataAtRisk;
import dev.fairlead.events.DeploymentEvent.RollbackCompleted;
import dev.fairlead.events.DeploymentEvent.RollbackScope;
import dev.fairlead.events.DeploymentEvent.RollbackTriggered;
import dev.fairlead.events.RestoreId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
    assertThat(script.told(RollbackTriggered.class).getFirst().scope())
        .as("no instance of the new release was started yet")
        .isEqualTo(RollbackScope.DATABASE);
  }

  @Test
  @DisplayName("that replaces only its manifest goes back to the configuration before")
  void configurationRollback() {
    Plan fresh = plan(spec(), 1, true);
    Plan same =
        new Plan(
            fresh.spec(),
            fresh.version(),
            fresh.artifact(),
            fresh.digest(),
            null,
            new Plan.Previous(FORMER, fresh.version(), 1, fresh.digest(), null),
            fresh.decisions(),
            fresh.migrations(),
            fresh.steps(),
            fresh.directory(),
            null);
    script.planned(same).turnCame().until(Work.CheckAnswers.class).fails("answers 500");

    assertThat(script.told(RollbackTriggered.class).getFirst().scope())
        .isEqualTo(RollbackScope.CONFIGURATION);
  }

  @Test
  @DisplayName("also where its image is built on the way, from the same context as the one before")
  void configurationOfBuiltImage() {
    Plan fresh = plan(spec(), 1, true);
    ArtifactDigest image = new ArtifactDigest("sha256:" + "9".repeat(64));
    ArtifactDigest context = fresh.digest();

    assertThat(replacing(fresh, image, context).changesConfigurationOnly()).isTrue();
    assertThat(replacing(fresh, image, image).changesConfigurationOnly()).isFalse();
    assertThat(replacing(fresh, image, null).changesConfigurationOnly()).isFalse();
    assertThat(Release.of(FORMER, fresh, BOB, null, List.of(), NOON).with(image).builtFrom())
        .as("what the record of the one before says")
        .isEqualTo(context);
  }

  private static Plan replacing(
      Plan plan, ArtifactDigest image, @Nullable ArtifactDigest builtFrom) {
    return Plan.of(
        request(),
        plan.spec(),
        plan.artifact(),
        plan.digest(),
        null,
        new Plan.Previous(FORMER, plan.version(), 1, image, builtFrom),
        List.of(),
        plan.migrations(),
        null);
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
    assertThat(script.told(DeploymentEvent.RollbackFailed.class).getFirst().advice())
        .endsWith("then: fairlead deployments undo " + DEPLOYMENT);
    assertThat(leavesUnrestored()).isFalse();
  }

  @Test
  @DisplayName("whose backup cannot be restored is left to a person, who is told the command")
  void notRestored() {
    failsToRestore();

    assertThat(leavesUnrestored()).isTrue();
    assertThat(script.told(DeploymentEvent.RollbackFailed.class).getFirst().advice())
        .contains("fairlead deployments undo " + DEPLOYMENT, "--restored", DATABASE.value())
        .contains("until then the release before is neither started nor given traffic");
  }

  @Test
  @DisplayName("that was given up is undone when a person says so, by a restore of its own")
  void undoneAgain() {
    failsToRestore();
    RestoreRequested last = script.told(RestoreRequested.class).getLast();
    script.fact(new Fact.UndoRequested(BOB, false, "there is room again"));
    assertThat(script.deployment().endedAt()).isNull();
    assertThat(script.told(RollbackTriggered.class).getLast().reason())
        .isEqualTo("bob has the rollback tried again: there is room again");
    script.until(Work.RestoreDatabase.class);

    RestoreRequested asked = script.told(RestoreRequested.class).getLast();
    assertThat(asked.restore()).isNotEqualTo(last.restore());
    script.fact(new Fact.RestoreCompleted(asked.restore(), "restored"));
    script.stepSucceeds().stepSucceeds().stepSucceeds().stepSucceeds();
    assertThat(script.deployment().state()).isInstanceOf(DeploymentState.RolledBack.class);
  }

  @Test
  @DisplayName("whose database somebody has restored by hand is undone without another restore")
  void restoredByHand() {
    failsToRestore();
    script.fact(new Fact.UndoRequested(BOB, true, null));

    assertThat(script.stepsOfRollback())
        .containsExactly(
            "hold",
            "traffic-off",
            "drain-new",
            "stop-new",
            "start-old",
            "old-healthy",
            "traffic-back",
            "release");
  }

  @Test
  @DisplayName("waits for a restore twice as long as it is expected to take")
  void patience() {
    long expected = Duration.ofMinutes(40).toMillis();
    script.planned(plan(spec(), 1, false)).turnCame().until(Work.CheckAnswers.class);
    script.fails("answers 500").until(Work.CountLoss.class);
    script.ends(
        new StepResult.Counted(
            new DataAtRisk(DATABASE, null, null, null, null, expected), "a restore takes 40 min"));
    script.passes(Duration.ofMinutes(79)).fact(new Fact.TimePassed());
    assertThat(script.deployment().state()).isInstanceOf(DeploymentState.RollingBack.class);

    script.passes(Duration.ofMinutes(2)).fact(new Fact.TimePassed());
    assertThat(leavesUnrestored()).isTrue();
    assertThat(script.told(DeploymentEvent.RollbackFailed.class).getFirst().reason())
        .contains("PT1H20M", "restore-main");
  }

  @Test
  @DisplayName("never gives a restore up that says it is under way")
  void underWay() {
    script.planned(plan(spec(), 1, false)).turnCame().until(Work.CheckAnswers.class);
    script.fails("answers 500").until(Work.RestoreDatabase.class);
    RestoreRequested asked = script.told(RestoreRequested.class).getFirst();
    for (int progress = 0; progress < 10; progress++) {
      script.passes(Duration.ofMinutes(14)).fact(new Fact.RestoreProgressed(asked.restore()));
      script.fact(new Fact.TimePassed());
    }
    assertThat(script.deployment().state()).isInstanceOf(DeploymentState.RollingBack.class);

    script.fact(new Fact.RestoreProgressed(RestoreId.random()));
    script.passes(Duration.ofMinutes(15)).fact(new Fact.TimePassed());
    assertThat(script.deployment().state()).isInstanceOf(DeploymentState.RollbackFailed.class);
  }

  private void failsToRestore() {
    script.planned(plan(spec(), 1, false)).turnCame().until(Work.CheckAnswers.class);
    script.fails("answers 500").until(Work.RestoreDatabase.class);
    for (int attempt = 1; attempt <= 5; attempt++) {
      RestoreRequested asked = script.told(RestoreRequested.class).getLast();
      script.fact(new Fact.RestoreFailed(asked.restore(), "no room", "make room"));
      script.passes(Duration.ofSeconds(30));
    }
    assertThat(script.deployment().state()).isInstanceOf(DeploymentState.RollbackFailed.class);
  }

  private boolean leavesUnrestored() {
    return script.deployment().state() instanceof DeploymentState.RollbackFailed failed
        && failed.leavesUnrestored();
  }
}
