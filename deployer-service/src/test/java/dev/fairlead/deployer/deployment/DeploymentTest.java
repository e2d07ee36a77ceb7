package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.ALICE;
import static dev.fairlead.deployer.Samples.BOB;
import static dev.fairlead.deployer.Samples.DATABASE;
import static dev.fairlead.deployer.Samples.DEPLOYMENT;
import static dev.fairlead.deployer.Samples.FORMER;
import static dev.fairlead.deployer.Samples.NOON;
import static dev.fairlead.deployer.Samples.plan;
import static dev.fairlead.deployer.Samples.request;
import static dev.fairlead.deployer.Samples.spec;
import static dev.fairlead.deployer.Samples.specWithBackup;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.Work;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupEvent.RestoreRequested;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DeploymentEvent;
import dev.fairlead.events.DeploymentEvent.DeployFailed;
import dev.fairlead.events.DeploymentEvent.DeployHeld;
import dev.fairlead.events.DeploymentEvent.DeploySucceeded;
import dev.fairlead.events.DeploymentEvent.RollbackCompleted;
import dev.fairlead.events.DeploymentEvent.RollbackScope;
import dev.fairlead.events.DeploymentEvent.RollbackTriggered;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Event;
import dev.fairlead.events.PlanHash;
import dev.fairlead.events.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A deployment")
class DeploymentTest {

  private final Script script = new Script();

  @Test
  @DisplayName("goes through the steps of its plan, one after the other, and succeeds")
  void succeeds() {
    Plan plan = plan(spec(), 1, true);
    script.planned(plan).turnCame();
    plan.steps().forEach(_ -> script.stepSucceeds());

    assertThat(script.deployment().state()).isEqualTo(new DeploymentState.Succeeded());
    assertThat(script.deployment().history())
        .extracting(StepRecord::name)
        .containsExactlyElementsOf(plan.steps().stream().map(step -> step.name()).toList());
    assertThat(script.told(DeploySucceeded.class)).hasSize(1);
  }

  @Test
  @DisplayName("whose gate fails has touched nothing, so nothing is rolled back")
  void gateFails() {
    script.planned(plan(spec(), 1, true)).turnCame();
    script.ends(new StepResult.Failed("disk is full", "make room", true, List.of()));

    assertThat(script.deployment().state())
        .isEqualTo(
            new DeploymentState.Failed(
                DeploymentEvent.Phase.PREFLIGHT, "disk is full", "make room"));
    assertThat(script.told(RollbackTriggered.class)).isEmpty();
    assertThat(script.told(DeployFailed.class)).hasSize(1);
  }

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
            "restore-main",
            "start-old",
            "old-healthy",
            "traffic-back",
            "release");
    script.stepSucceeds().stepSucceeds().stepSucceeds().stepSucceeds();
    RestoreRequested asked = script.told(RestoreRequested.class).getFirst();
    assertThat(asked.backup()).isEqualTo(script.deployment().backupOf(DATABASE));
    assertThat(script.deployment().action(script.now())).isInstanceOf(Action.Wait.class);
    script.fact(new Fact.RestoreCompleted(asked.restore(), "restored"));
    assertThat(script.currentWork()).isInstanceOf(Work.Start.class);
    script.stepSucceeds().stepSucceeds().stepSucceeds().stepSucceeds();
    assertThat(script.told(RollbackCompleted.class).getFirst().keptData()).isEqualTo("restored");
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
  @DisplayName("stops baking early when somebody else waits for the place")
  void bakeYields() {
    script.planned(plan(spec(), 1, true)).turnCame().until(Work.Bake.class);
    script.fact(new Fact.SomebodyWaits(DeploymentId.random())).stepSucceeds();

    assertThat(script.deployment().state()).isEqualTo(new DeploymentState.Succeeded());
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
  @DisplayName("is planned again when what it was going to replace has changed meanwhile")
  void replanned() {
    script.planned(plan(spec(), 1, true)).fact(new Fact.TurnCame(DeploymentId.random()));

    assertThat(script.deployment().action(NOON)).isEqualTo(new Action.MakePlan());
  }

  @Test
  @DisplayName("keeps what it is told about other steps and other backups from moving it")
  void stale() {
    script.planned(plan(spec(), 1, true)).turnCame();
    Deployment before = script.deployment();

    script
        .fact(new Fact.StepEnded(false, 3, StepResult.succeeded("late")))
        .fact(new Fact.StepEnded(true, 0, StepResult.failed("late", null)))
        .fact(new Fact.BackupFailed(BackupId.random(), "late", "late"))
        .fact(new Fact.TimePassed());

    assertThat(script.deployment()).isEqualTo(before);
  }

  @Test
  @DisplayName("that needs approval waits for another person, who names exactly this plan")
  void approval() {
    Plan plan = plan(spec("approval: required"), 1, true);
    script.planned(plan);
    assertThat(script.deployment().state()).isInstanceOf(DeploymentState.AwaitingApproval.class);

    assertThatThrownBy(() -> script.fact(new Fact.Approved(plan.hash(), ALICE, null)))
        .hasMessage("alice requested this deployment and cannot approve it");
    assertThatThrownBy(
            () ->
                script.fact(new Fact.Approved(new PlanHash("sha256:" + "0".repeat(64)), BOB, null)))
        .isInstanceOf(ApprovalRefused.class)
        .hasMessageContaining("but the plan is " + plan.hash());

    script.fact(new Fact.Approved(plan.hash(), BOB, "fine")).turnCame();
    assertThat(script.deployment().state()).isInstanceOf(DeploymentState.Running.class);
    assertThatThrownBy(() -> script.fact(new Fact.Approved(plan.hash(), BOB, "again")))
        .isInstanceOf(ApprovalRefused.class);
  }

  @Test
  @DisplayName("asks again when the approved plan is no longer the plan")
  void approvalOfAnotherPlan() {
    Plan plan = plan(spec("approval: required"), 1, true);
    script.planned(plan).fact(new Fact.Approved(plan.hash(), BOB, null));
    script.fact(new Fact.TurnCame(DeploymentId.random()));
    script.planned(plan(spec("approval: required"), 3, true));

    assertThat(script.deployment().state()).isInstanceOf(DeploymentState.AwaitingApproval.class);
  }

  @Test
  @DisplayName("that nobody approves in time is rejected")
  void approvalExpires() {
    script.planned(plan(spec("approval: required", "approval-expires: 1h"), 1, true));
    script.passes(Duration.ofMinutes(59)).fact(new Fact.TimePassed());
    assertThat(script.deployment().state()).isInstanceOf(DeploymentState.AwaitingApproval.class);
    script.passes(Duration.ofMinutes(1)).fact(new Fact.TimePassed());

    assertThat(script.deployment().state()).isInstanceOf(DeploymentState.Rejected.class);
  }

  private static final String HOLDS = "verification: {when-inconclusive: hold}";

  private Script heldByDoubt(String... extra) {
    script.planned(plan(spec(extra), 1, true));
    if (script.deployment().state() instanceof DeploymentState.AwaitingApproval) {
      script.fact(new Fact.Approved(script.deployment().known().hash(), BOB, null));
    }
    script.turnCame().until(Work.CheckTraffic.class);
    return script.ends(new StepResult.Inconclusive("3 requests are no evidence"));
  }

  @Test
  @DisplayName("that nobody can judge is held until a person vouches for it, and then goes on")
  void held() {
    heldByDoubt(HOLDS);
    assertThat(script.deployment().state()).isInstanceOf(DeploymentState.Held.class);
    assertThat(script.told(DeployHeld.class).getFirst().evidence()).contains("no evidence");
    assertThat(script.deployment().action(script.now())).isInstanceOf(Action.Wait.class);

    script.passes(Duration.ofHours(3)).fact(new Fact.ContinueRequested(BOB, "orders come in"));
    assertThat(script.currentWork()).isInstanceOf(Work.ConfirmServing.class);
    script.fact(new Fact.TimePassed());
    assertThat(script.deployment().state()).isInstanceOf(DeploymentState.Running.class);
    assertThat(script.deployment().history().getLast().detail())
        .isEqualTo("bob lets it go on: orders come in");
  }

  @Test
  @DisplayName("that nobody can judge, and for which nobody vouches in time, is rolled back")
  void nobodyVouches() {
    heldByDoubt(HOLDS, "approval-expires: 2h");
    script.passes(Duration.ofMinutes(119)).fact(new Fact.TimePassed());
    assertThat(script.deployment().state()).isInstanceOf(DeploymentState.Held.class);
    script.passes(Duration.ofMinutes(1)).fact(new Fact.TimePassed());

    assertThat(script.told(RollbackTriggered.class).getFirst().reason())
        .isEqualTo("nobody decided within PT2H about: 3 requests are no evidence");
  }

  @Test
  @DisplayName("that is held is undone when somebody cancels it, or it turns out to be bad")
  void heldAndBad() {
    heldByDoubt(HOLDS);
    script.fact(new Fact.HealthDegraded("orders/staging/http", script.now(), "503"));

    assertThat(script.told(RollbackTriggered.class).getFirst().reason()).contains("503");
  }

  @Test
  @DisplayName("cannot be vouched for by its requester where deployments need approval")
  void vouching() {
    heldByDoubt("approval: required");

    assertThatThrownBy(() -> script.fact(new Fact.ContinueRequested(ALICE, null)))
        .hasMessage("alice requested this deployment and cannot vouch for it");
    assertThat(script.deployment().state()).isInstanceOf(DeploymentState.Held.class);
  }

  @Test
  @DisplayName("that nobody can judge goes on by itself where nobody has to approve")
  void proceeds() {
    heldByDoubt();

    assertThat(script.deployment().state()).isInstanceOf(DeploymentState.Running.class);
    assertThat(script.deployment().history().getLast().outcome())
        .isEqualTo(DeploymentEvent.StepOutcome.INCONCLUSIVE);
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

  @Test
  @DisplayName("makes way for a newer one while it waits, and no longer once it runs")
  void superseded() {
    Script waiting = new Script().planned(plan(spec(), 1, true));
    waiting.fact(new Fact.Superseded(FORMER, new Version("3")));
    script.planned(plan(spec(), 1, true)).turnCame();
    script.fact(new Fact.Superseded(FORMER, new Version("3")));

    assertThat(waiting.deployment().state())
        .isEqualTo(
            new DeploymentState.Cancelled(
                Cause.FAIRLEAD, "superseded by version 3, deployment " + FORMER));
    assertThat(script.deployment().state()).isInstanceOf(DeploymentState.Running.class);
  }

  @Test
  @DisplayName("can be cancelled in every state, and cleans up what it has begun")
  void cancelEverywhere() {
    Plan plan = plan(spec(), 2, true);
    for (int steps = 0; steps < plan.steps().size(); steps++) {
      Script one = new Script();
      one.planned(plan).turnCame();
      for (int done = 0; done < steps; done++) {
        one.stepSucceeds();
      }
      one.fact(new Fact.CancelRequested(BOB, "wrong version"));
      while (!one.deployment().state().ended()) {
        one.stepSucceeds();
      }
      assertThat(one.deployment().state())
          .isEqualTo(new DeploymentState.Cancelled(BOB, "wrong version"));
      boolean started =
          plan.steps().subList(0, steps + 1).stream()
              .anyMatch(step -> step.work() instanceof Work.Start);
      assertThat(one.told(RollbackTriggered.class)).hasSize(started ? 1 : 0);
    }
  }

  /** Facts in, decisions out; keeps the clock and everything that was told. */
  static final class Script {

    private Deployment deployment = Deployment.requested(request());
    private final List<Event> told = new ArrayList<>();
    private Instant now = NOON;

    Deployment deployment() {
      return deployment;
    }

    Instant now() {
      return now;
    }

    Script fact(Fact fact) {
      Decision decision = deployment.on(fact, now);
      deployment = decision.next();
      told.addAll(decision.events());
      return this;
    }

    Script planned(Plan plan) {
      return fact(new Fact.Planned(plan));
    }

    Script turnCame() {
      Plan plan = Objects.requireNonNull(deployment.plan());
      return fact(new Fact.TurnCame(plan.previous() == null ? null : FORMER));
    }

    Script passes(Duration time) {
      now = now.plus(time);
      return this;
    }

    Script stepSucceeds() {
      return ends(StepResult.succeeded("done"));
    }

    Script fails(String reason) {
      return ends(StepResult.failed(reason, null));
    }

    Script ends(StepResult result) {
      now = now.plusSeconds(1);
      return switch (deployment.state()) {
        case DeploymentState.Running running ->
            currentWork() instanceof Work.BackUp(var database)
                ? fact(answer(deployment.backupOf(database), result))
                : fact(new Fact.StepEnded(false, running.step(), result));
        case DeploymentState.RollingBack undo ->
            fact(new Fact.StepEnded(true, undo.step(), result));
        default -> throw new AssertionError("no step in " + deployment.state());
      };
    }

    private static Fact answer(BackupId backup, StepResult result) {
      return result instanceof StepResult.Succeeded
          ? new Fact.BackupCompleted(backup, result.detail())
          : new Fact.BackupFailed(backup, result.detail(), "see the log");
    }

    Script until(Class<? extends Work> work) {
      while (!work.isInstance(currentWork())) {
        stepSucceeds();
      }
      return this;
    }

    Work currentWork() {
      return switch (deployment.state()) {
        case DeploymentState.Running running ->
            Objects.requireNonNull(deployment.plan()).steps().get(running.step()).work();
        case DeploymentState.RollingBack undo -> undo.steps().get(undo.step()).work();
        default -> throw new AssertionError("no step in " + deployment.state());
      };
    }

    List<String> stepsOfRollback() {
      return deployment.state() instanceof DeploymentState.RollingBack undo
          ? undo.steps().stream().map(step -> step.name()).toList()
          : List.of();
    }

    <E> List<E> told(Class<E> kind) {
      return told.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
  }

  @Test
  @DisplayName("answers with the same id to the same request, whatever path it came over")
  void idempotent() {
    assertThat(DeploymentId.forRequest("ci-42")).isEqualTo(DeploymentId.forRequest("ci-42"));
    assertThat(script.deployment().id()).isEqualTo(DEPLOYMENT);
  }
}
