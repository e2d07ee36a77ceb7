package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.ALICE;
import static dev.fairlead.deployer.Samples.BOB;
import static dev.fairlead.deployer.Samples.plan;
import static dev.fairlead.deployer.Samples.requestOf;
import static dev.fairlead.deployer.Samples.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.deployer.plan.Request;
import dev.fairlead.deployer.plan.Work;
import dev.fairlead.events.Actor;
import dev.fairlead.events.DeploymentEvent;
import dev.fairlead.events.DeploymentEvent.DeployHeld;
import dev.fairlead.events.DeploymentEvent.RollbackTriggered;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What {@link Doubt} decides. */
@DisplayName("A deployment")
class DoubtTest {

  private final Script script = new Script();

  private static final Actor CLAIMED = new Actor("carol");
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
  @DisplayName("that an event asked for takes two vouchers, because one may be who sent it")
  void twoVouchers() {
    Script asked = new Script(requestOf(Request.unknownRequester("ci"), CLAIMED));
    asked.planned(plan(spec("approval: required"), 1, true));
    for (Actor approver : List.of(BOB, ALICE)) {
      asked.fact(new Fact.Approved(asked.deployment().known().hash(), approver, null));
    }
    asked.turnCame().until(Work.CheckTraffic.class);
    asked.ends(new StepResult.Inconclusive("3 requests are no evidence"));

    asked.fact(new Fact.ContinueRequested(BOB, null));
    assertThat(asked.deployment().state()).isInstanceOf(DeploymentState.Held.class);
    assertThat(DeploymentView.of(asked.deployment()).advice()).startsWith("bob vouches for it; ");
    assertThatThrownBy(() -> asked.fact(new Fact.ContinueRequested(BOB, null)))
        .hasMessageStartingWith("bob vouches for it already; an event requested it");
    assertThatThrownBy(() -> asked.fact(new Fact.ContinueRequested(CLAIMED, null)))
        .hasMessage("carol requested this deployment and cannot vouch for it");

    asked.fact(new Fact.ContinueRequested(ALICE, null));
    assertThat(asked.currentWork()).isInstanceOf(Work.ConfirmServing.class);
    assertThat(asked.deployment().history().getLast().detail())
        .isEqualTo("bob and alice let it go on");
  }

  @Test
  @DisplayName("that nobody can judge goes on by itself where nobody has to approve")
  void proceeds() {
    heldByDoubt();

    assertThat(script.deployment().state()).isInstanceOf(DeploymentState.Running.class);
    assertThat(script.deployment().history().getLast().outcome())
        .isEqualTo(DeploymentEvent.StepOutcome.INCONCLUSIVE);
  }
}
