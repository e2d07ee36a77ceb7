package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.ALICE;
import static dev.fairlead.deployer.Samples.BOB;
import static dev.fairlead.deployer.Samples.DATABASE;
import static dev.fairlead.deployer.Samples.FORMER;
import static dev.fairlead.deployer.Samples.NOON;
import static dev.fairlead.deployer.Samples.plan;
import static dev.fairlead.deployer.Samples.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.events.DeploymentEvent.ApprovalRequested;
import dev.fairlead.events.DeploymentEvent.DataAtRisk;
import dev.fairlead.events.DeploymentEvent.DeployFailed;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.PlanHash;
import dev.fairlead.events.Version;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What {@link Admission} decides; more of approvals in {@link ApprovalTest}. */
@DisplayName("A deployment")
class AdmissionTest {

  private final Script script = new Script();

  @Test
  @DisplayName("that needs approval waits for another person, who names exactly this plan")
  void approval() {
    Plan plan = plan(spec("approval: required"), 1, true);
    script.planned(plan);
    assertThat(script.deployment().state()).isInstanceOf(DeploymentState.AwaitingApproval.class);

    assertThatThrownBy(() -> script.fact(new Fact.Approved(plan.hash(), ALICE, null)))
        .isInstanceOfSatisfying(
            ApprovalRefused.class, own -> assertThat(own.code()).isEqualTo("own-request"))
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
  @DisplayName("is not said to be approved where who agreed has agreed to another plan")
  void approvalsOfAnotherPlan() {
    Plan plan = plan(spec("approval: required"), 1, true);
    script.planned(plan).fact(new Fact.Approved(plan.hash(), BOB, null));
    script.fact(new Fact.TurnCame(DeploymentId.random()));
    script.planned(plan(spec(), 3, true));

    assertThat(script.deployment().state()).isEqualTo(new DeploymentState.Queued(null, null, 0));
    assertThat(script.deployment().approvals()).isEmpty();
  }

  @Test
  @DisplayName("keeps who agreed when it is planned anew and the plan is still the same")
  void approvalsOfTheSamePlan() {
    Plan plan = plan(spec("approval: required"), 1, true);
    script.planned(plan).fact(new Fact.Approved(plan.hash(), BOB, null));
    script.fact(new Fact.TurnCame(DeploymentId.random()));
    script.planned(plan);

    assertThat(script.deployment().state()).isInstanceOf(DeploymentState.Queued.class);
    assertThat(script.deployment().approvals()).hasSize(1);
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

  @Test
  @DisplayName("is planned again when what it was going to replace has changed meanwhile")
  void replanned() {
    script.planned(plan(spec(), 1, true)).fact(new Fact.TurnCame(DeploymentId.random()));

    assertThat(script.deployment().action(NOON)).isEqualTo(new Action.MakePlan());
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
  @DisplayName("that waits for a place which is removed is cancelled, and told by which deployment")
  void placeRemoved() {
    Plan plan = plan(spec("approval: required"), 1, true);
    Script approved = new Script().planned(plan).fact(new Fact.Approved(plan.hash(), BOB, null));
    for (Script waiting : List.of(new Script(), new Script().planned(plan), approved)) {
      waiting.fact(new Fact.PlaceRemoved(FORMER));

      assertThat(waiting.deployment().state())
          .isEqualTo(
              new DeploymentState.Cancelled(
                  Cause.FAIRLEAD, "orders/staging was removed by deployment " + FORMER));
      assertThat(waiting.told(DeployFailed.class)).isEmpty();
    }
  }

  @Test
  @DisplayName("tells whoever approves what undoing it would restore, and how long that takes")
  void dataAtRisk() {
    DataAtRisk risk = new DataAtRisk(DATABASE, null, null, null, null, 40_000L);
    script.fact(new Fact.Planned(plan(spec("approval: required"), 1, false), List.of(risk)));

    assertThat(script.told(ApprovalRequested.class).getFirst().dataAtRisk()).containsExactly(risk);
    assertThat(script.deployment().dataAtRisk()).containsExactly(risk);
  }
}
