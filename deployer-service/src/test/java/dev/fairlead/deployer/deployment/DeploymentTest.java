package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.BOB;
import static dev.fairlead.deployer.Samples.DEPLOYMENT;
import static dev.fairlead.deployer.Samples.plan;
import static dev.fairlead.deployer.Samples.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.Work;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DeploymentEvent;
import dev.fairlead.events.DeploymentEvent.DeployFailed;
import dev.fairlead.events.DeploymentEvent.DeploySucceeded;
import dev.fairlead.events.DeploymentEvent.RollbackTriggered;
import dev.fairlead.events.DeploymentId;
import java.util.List;
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
    assertThat(DeploymentView.of(script.deployment()).blocked()).isTrue();
  }

  @Test
  @DisplayName("is not blocked by a gate where another step fails, or where there is no plan")
  void failsOtherwise() {
    Script unplanned = new Script().fact(new Fact.PlanRefused("no such version", "build it"));
    script.planned(plan(spec(), 1, true)).turnCame().stepSucceeds();
    script.ends(new StepResult.Failed("no room", "make room", true, List.of()));

    assertThat(List.of(script.deployment(), unplanned.deployment()))
        .allSatisfy(
            failed -> {
              assertThat(failed.state()).isInstanceOf(DeploymentState.Failed.class);
              assertThat(DeploymentView.of(failed).blocked()).isFalse();
            });
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

  @Test
  @DisplayName("answers with the same id to the same request, whatever path it came over")
  void idempotent() {
    assertThat(DeploymentId.forRequest("ci-42")).isEqualTo(DeploymentId.forRequest("ci-42"));
    assertThat(script.deployment().id()).isEqualTo(DEPLOYMENT);
  }
}
