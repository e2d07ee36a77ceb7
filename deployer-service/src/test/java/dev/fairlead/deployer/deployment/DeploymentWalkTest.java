package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.BOB;
import static dev.fairlead.deployer.Samples.DATABASE;
import static dev.fairlead.deployer.Samples.FORMER;
import static dev.fairlead.deployer.Samples.NOON;
import static dev.fairlead.deployer.Samples.plan;
import static dev.fairlead.deployer.Samples.request;
import static dev.fairlead.deployer.Samples.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.Side;
import dev.fairlead.deployer.plan.Step;
import dev.fairlead.deployer.plan.Work;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentEvent.DeployCancelled;
import dev.fairlead.events.DeploymentEvent.DeployFailed;
import dev.fairlead.events.DeploymentEvent.DeployRejected;
import dev.fairlead.events.DeploymentEvent.DeploySucceeded;
import dev.fairlead.events.DeploymentEvent.RollbackCompleted;
import dev.fairlead.events.DeploymentEvent.RollbackFailed;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Event;
import dev.fairlead.events.RestoreId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

@DisplayName("On every walk through facts that come in any order")
class DeploymentWalkTest {

  private static final int WALKS = 4_000;
  private static final int LONGEST = 2_000;
  private static final JsonMapper JSON = new JsonMapper();

  @Test
  @DisplayName("a deployment ends, exactly once, and what was running is what should be running")
  void walks() {
    for (int seed = 0; seed < WALKS; seed++) {
      Walk walk = new Walk(new Random(seed));
      walk.run();
      walk.check("seed " + seed);
    }
  }

  @Test
  @DisplayName("a person can have a rollback that was given up begun again, until nothing is left")
  void undone() {
    int again = 0;
    for (int seed = 0; seed < WALKS; seed++) {
      Walk walk = new Walk(new Random(seed));
      walk.run();
      again += walk.deployment.state() instanceof DeploymentState.RollbackFailed ? 1 : 0;
      walk.untilUndone();
      walk.check("seed " + seed);
    }
    assertThat(again).as("rollbacks that were given up").isGreaterThan(WALKS / 100);
  }

  @Test
  @DisplayName("a deployment is the same after it was stored and read again")
  void stored() {
    for (int seed = 0; seed < 100; seed++) {
      Walk walk = new Walk(new Random(seed));
      while (!walk.deployment.state().ended()) {
        walk.step();
        String stored = JSON.writeValueAsString(walk.deployment);
        assertThat(JSON.readValue(stored, Deployment.class)).isEqualTo(walk.deployment);
      }
    }
  }

  private static List<EnvironmentSpec> specs() {
    return List.of(
        spec("replicas: 3"),
        spec("replicas: 1", "strategy: {blue-green: {}}"),
        spec("replicas: 2", "approval: required"),
        spec("replicas: 2", "strategy: {rolling: {batch: 2}}", "bake: 0s"),
        spec("replicas: 3", "strategy: {canary: {steps: [{weight: 5%}, {weight: 50%}]}}"),
        spec("replicas: 2", "strategy: {recreate: {}}", "verification: {when-inconclusive: hold}"));
  }

  /** A world of instances and traffic in which the steps of one deployment take effect. */
  private static final class Walk {

    private final Random random;
    private final Integer before;
    private final Plan plan;
    private final Set<Integer> newRunning = new HashSet<>();
    private final Set<Integer> oldRunning = new HashSet<>();
    private int newServing;
    private int oldServing;
    private boolean held;
    private boolean migrated;
    private final List<Event> told = new ArrayList<>();
    private Deployment deployment = Deployment.requested(request());
    private Instant now = NOON;

    Walk(Random random) {
      this.random = random;
      this.before = random.nextInt(4);
      List<EnvironmentSpec> specs = specs();
      this.plan =
          plan(
              specs.get(random.nextInt(specs.size())),
              before == 0 ? null : before,
              random.nextBoolean());
      for (int old = 1; old <= before; old++) {
        oldRunning.add(old);
      }
      oldServing = before;
    }

    void run() {
      for (int steps = 0; steps < LONGEST && !deployment.state().ended(); steps++) {
        step();
      }
    }

    void untilUndone() {
      while (deployment.state() instanceof DeploymentState.RollbackFailed) {
        told.removeIf(RollbackFailed.class::isInstance);
        tell(new Fact.UndoRequested(BOB, handRestored(), null));
        run();
      }
    }

    private boolean handRestored() {
      boolean byHand = random.nextInt(4) == 0;
      migrated = migrated && !byHand;
      return byHand;
    }

    void step() {
      now = now.plus(Duration.ofMillis(random.nextInt(5_000)));
      tell(random.nextInt(12) == 0 ? anything() : expected());
      checkSchema();
    }

    private void tell(Fact fact) {
      try {
        Decision decision = deployment.on(fact, now);
        deployment = decision.next();
        told.addAll(decision.events());
      } catch (ApprovalRefused _) {
        // an answer that does not count changes nothing
      }
    }

    private Fact expected() {
      return switch (deployment.action(now)) {
        case Action.MakePlan() -> new Fact.Planned(plan);
        case Action.TakeTurn() -> new Fact.TurnCame(before == 0 ? null : FORMER);
        case Action.Wait(Instant until) -> whileWaiting(until);
        case Action.Perform(boolean undoing, int index, Step step, Instant _) ->
            new Fact.StepEnded(undoing, index, performed(step.work(), undoing));
        case Action.End() -> throw new AssertionError("nothing follows the end");
      };
    }

    private Fact whileWaiting(Instant until) {
      return switch (deployment.state()) {
        case DeploymentState.Held _ when random.nextInt(3) > 0 ->
            new Fact.ContinueRequested(BOB, null);
        case DeploymentState.AwaitingApproval _ -> new Fact.Approved(plan.hash(), BOB, null);
        case DeploymentState.Running running
            when plan.steps().get(running.step()).work()
                instanceof Work.BackUp(DatabaseId database) ->
            new Fact.BackupCompleted(deployment.backupOf(database), "done");
        case DeploymentState.RollingBack undo
            when undo.current().work() instanceof Work.RestoreDatabase(DatabaseId database) ->
            restoring(deployment.restoreOf(undo, database), until);
        default -> {
          now = until;
          yield new Fact.TimePassed();
        }
      };
    }

    private Fact restoring(RestoreId restore, Instant until) {
      return switch (random.nextInt(8)) {
        case 0, 1, 2 -> new Fact.RestoreFailed(restore, "no room", "make room");
        case 3 -> {
          now = until;
          yield new Fact.TimePassed();
        }
        case 4 -> new Fact.RestoreProgressed(restore);
        default -> {
          migrated = false;
          yield new Fact.RestoreCompleted(restore, "restored");
        }
      };
    }

    /** Takes effect also when it then reports a failure: the worst case for who has to undo it. */
    private StepResult performed(Work work, boolean undoing) {
      switch (work) {
        case Work.Start(Side side, int first, int last) -> {
          for (int number = first; number <= last; number++) {
            (side == Side.NEW ? newRunning : oldRunning).add(number);
          }
        }
        case Work.Stop(Side side, int first, int last) -> {
          for (int number = first; number <= last; number++) {
            (side == Side.NEW ? newRunning : oldRunning).remove(number);
          }
        }
        case Work.Migrate _ -> migrated = true;
        case Work.HoldTraffic() -> held = true;
        case Work.ReleaseTraffic() -> held = false;
        case Work.ShiftTraffic(int newInstances, int oldFrom, Integer _) -> {
          newServing = newInstances;
          oldServing = Math.max(0, before - oldFrom + 1);
        }
        default -> {}
      }
      return switch (random.nextInt(undoing ? 40 : 15)) {
        case 0 -> StepResult.failed("bad luck", null);
        case 1 -> new StepResult.Inconclusive("no data");
        default -> StepResult.succeeded("done");
      };
    }

    private Fact anything() {
      return switch (random.nextInt(13)) {
        case 0 -> new Fact.CancelRequested(BOB, null);
        case 1 -> new Fact.HealthDegraded("orders/staging/http", now, "503");
        case 2 -> new Fact.SomebodyWaits(DeploymentId.random(), random.nextBoolean());
        case 3 -> new Fact.TurnCame(DeploymentId.random());
        case 4 -> new Fact.TurnIsFar(random.nextInt(3) + 1, FORMER);
        case 5 -> new Fact.Rejected(BOB, "no");
        case 6 -> new Fact.StepEnded(random.nextBoolean(), 99, StepResult.succeeded("late"));
        case 7 -> new Fact.RestoreCompleted(RestoreId.random(), "not ours");
        case 9 -> new Fact.ContinueRequested(BOB, null);
        case 10 -> new Fact.Regressed("orders/staging/http", null, now, "slow");
        case 11 -> new Fact.Superseded(DeploymentId.random(), plan.version());
        case 8 -> {
          now = now.plus(Duration.ofMinutes(random.nextInt(20)));
          yield new Fact.TimePassed();
        }
        default -> new Fact.TimePassed();
      };
    }

    /** Upkeep puts the release before in its place again, wherever it is not left to a person. */
    private void upkeep() {
      if (deployment.state() instanceof DeploymentState.RollbackFailed failed
          && !failed.leavesUnrestored()) {
        oldServing = before;
        held = false;
        newServing = 0;
        newRunning.clear();
      }
    }

    /** The release before neither serves nor is let go where the schema is not its own. */
    private void checkSchema() {
      upkeep();
      boolean strange = migrated && plan.changesIncompatibly(DATABASE);
      if (strange && before > 0) {
        assertThat(oldServing).as("old instances that serve on a schema of the new").isZero();
      }
    }

    void check(String walk) {
      assertThat(deployment.state().ended()).as(walk).isTrue();
      assertThat(ends()).as(walk).isEqualTo(1);
      switch (deployment.state()) {
        case DeploymentState.Succeeded _ -> {
          assertThat(newServing).as(walk).isEqualTo(plan.spec().replicas());
          assertThat(oldServing).as(walk).isZero();
          assertThat(oldRunning).as(walk).isEmpty();
          assertThat(held).as(walk).isFalse();
        }
        case DeploymentState.RollbackFailed _ ->
            assertThat(Objects.requireNonNull(deployment.history()).getLast().detail())
                .as(walk)
                .isNotBlank();
        default -> {
          assertThat(newRunning).as(walk).isEmpty();
          assertThat(newServing).as(walk).isZero();
          assertThat(held).as(walk).isFalse();
          assertThat(oldServing).as(walk).isEqualTo(before);
          assertThat(oldRunning).as(walk).hasSize(before);
        }
      }
    }

    /** Facts by which others know that it is over; a failure that is then undone is one story. */
    private long ends() {
      boolean rolledBack = told.stream().anyMatch(RollbackCompleted.class::isInstance);
      return told.stream()
          .filter(
              event ->
                  switch (event) {
                    case DeploySucceeded _, DeployRejected _, DeployCancelled _ -> true;
                    case RollbackCompleted _ ->
                        told.stream().noneMatch(DeployCancelled.class::isInstance);
                    case RollbackFailed _ -> true;
                    case DeployFailed _ ->
                        !rolledBack && told.stream().noneMatch(RollbackFailed.class::isInstance);
                    default -> false;
                  })
          .count();
    }
  }
}
