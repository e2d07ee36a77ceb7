package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.ALICE;
import static dev.fairlead.deployer.Samples.BOB;
import static dev.fairlead.deployer.Samples.DEPLOYMENT;
import static dev.fairlead.deployer.Samples.FORMER;
import static dev.fairlead.deployer.Samples.NOON;
import static dev.fairlead.deployer.Samples.request;
import static dev.fairlead.deployer.Samples.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.Request;
import dev.fairlead.deployer.plan.Step;
import dev.fairlead.deployer.plan.Work;
import dev.fairlead.events.ApplicationEvent.ApplicationRemoved;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.DeploymentEvent.ApprovalRequested;
import dev.fairlead.events.DeploymentEvent.DeployFailed;
import dev.fairlead.events.DeploymentEvent.DeploySucceeded;
import dev.fairlead.events.DeploymentEvent.RemovalCompleted;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Event;
import dev.fairlead.events.Version;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Two instances of version 1 serve; Alice wants them taken away. */
@DisplayName("A removal")
class RemovalTest {

  private static final Version SERVING = new Version("1");
  private static final JsonMapper JSON = new JsonMapper();

  private final List<Event> told = new ArrayList<>();
  private Deployment removal =
      Deployment.requested(
          Request.toRemove(DEPLOYMENT, request().place(), SERVING, "no more", ALICE, NOON));

  @Test
  @DisplayName("takes the traffic off first, then stops what runs, and then removes the route")
  void steps() {
    assertThat(names(plan(2)))
        .containsExactly("gates", "traffic-off", "drain", "clear", "remove-route");
    assertThat(names(plan(2, RouterKind.EDGE, RouterKind.NGINX)))
        .containsExactly(
            "gates",
            "traffic-off-nginx",
            "traffic-off",
            "drain-nginx",
            "drain",
            "clear",
            "remove-route",
            "remove-route-nginx");
    assertThat(names(plan(null)))
        .as("of a place in which nothing serves")
        .containsExactly("gates", "traffic-off", "drain", "clear", "remove-route");
  }

  @Test
  @DisplayName("ends with the facts that it is over and that the application is gone, and no other")
  void ends() {
    begun(plan(2));
    while (!removal.state().ended()) {
      stepEnds(StepResult.succeeded("done"));
    }

    assertThat(removal.state()).isEqualTo(new DeploymentState.Succeeded());
    assertThat(told.subList(told.size() - 2, told.size()))
        .satisfiesExactly(
            over -> assertThat(over).isInstanceOf(RemovalCompleted.class),
            gone ->
                assertThat(gone)
                    .isEqualTo(
                        new ApplicationRemoved(
                            removal.place().application(), removal.place().environment())));
    assertThat(told).noneMatch(DeploySucceeded.class::isInstance);
  }

  @Test
  @DisplayName("needs another person's approval of exactly this plan, where deployments do")
  void approval() {
    Plan plan = plan(2, "approval: required");
    fact(new Fact.Planned(plan));

    assertThat(removal.state()).isInstanceOf(DeploymentState.AwaitingApproval.class);
    assertThat(told)
        .last()
        .isInstanceOfSatisfying(
            ApprovalRequested.class, asked -> assertThat(asked.removal()).isTrue());
    assertThatThrownBy(() -> fact(new Fact.Approved(plan.hash(), ALICE, null)))
        .hasMessage("alice requested this deployment and cannot approve it");
    assertThatThrownBy(() -> fact(new Fact.Approved(plan(3).hash(), BOB, null)))
        .hasMessageContaining("but the plan is " + plan.hash());
    fact(new Fact.Approved(plan.hash(), BOB, null));
    assertThat(removal.state()).isInstanceOf(DeploymentState.Queued.class);
  }

  @Test
  @DisplayName("is another plan than any deployment, so an approval of one is none of the other")
  void hash() {
    Plan deployment =
        Plan.of(
            request(),
            spec(),
            "none",
            plan(2).digest(),
            null,
            plan(2).previous(),
            List.of(),
            List.of(),
            null);

    assertThat(plan(2).hash()).isNotEqualTo(deployment.hash());
    assertThat(plan(2).changesConfigurationOnly()).isFalse();
  }

  @Test
  @DisplayName("is planned anew, and approved anew, when something else serves by its turn")
  void changed() {
    Plan plan = plan(2, "approval: required");
    fact(new Fact.Planned(plan));
    fact(new Fact.Approved(plan.hash(), BOB, null));
    fact(new Fact.TurnCame(DeploymentId.random()));
    fact(new Fact.Planned(plan(3, "approval: required")));

    assertThat(removal.state()).isInstanceOf(DeploymentState.AwaitingApproval.class);
  }

  @Test
  @DisplayName(
      "changes nothing if it is cancelled, or a gate says no, before the traffic is touched")
  void nothingTouched() {
    Deployment atGates = begun(plan(2));

    fact(new Fact.CancelRequested(BOB, "wrong one"));
    assertThat(removal.state()).isInstanceOf(DeploymentState.Cancelled.class);

    removal = atGates;
    stepEnds(new StepResult.Failed("frozen", "wait", true, List.of()));
    assertThat(removal.state()).isInstanceOf(DeploymentState.Failed.class);
    assertThat(told)
        .last()
        .isInstanceOfSatisfying(
            DeployFailed.class, failed -> assertThat(failed.removal()).isTrue());
  }

  @Test
  @DisplayName("brings back what served if it fails, or is cancelled, in any later step")
  void broughtBack() {
    for (int step = 1; step < plan(2).steps().size(); step++) {
      for (boolean cancelled : List.of(true, false)) {
        removal = Deployment.requested(removal.request());
        begun(plan(2));
        for (int done = 0; done < step; done++) {
          stepEnds(StepResult.succeeded("done"));
        }
        if (cancelled) {
          fact(new Fact.CancelRequested(BOB, "wrong one"));
        } else {
          stepEnds(StepResult.failed("the engine is away", null));
        }

        assertThat(removal.state())
            .isInstanceOfSatisfying(
                DeploymentState.RollingBack.class,
                undo ->
                    assertThat(undo.steps())
                        .extracting(Step::name)
                        .containsExactly("start-old", "old-healthy", "traffic-back"));
        assertThat(told).noneMatch(ApplicationRemoved.class::isInstance);
      }
    }
  }

  @Test
  @DisplayName("gives the traffic back at a former router as well, once it was taken off there")
  void broughtBackAtFormerRouter() {
    Plan plan = plan(2, RouterKind.EDGE, RouterKind.NGINX);
    for (int begun = 2; begun <= plan.steps().size(); begun++) {
      assertThat(Rollback.of(plan, begun, false).steps())
          .extracting(Step::work)
          .endsWith(new Work.ShiftTraffic(0, 1), new Work.GiveBackTraffic(RouterKind.NGINX));
    }
  }

  @Test
  @DisplayName("of what may not serve admits that it changed something when it is turned back")
  void unrestored() {
    Plan plan = plan(null, RouterKind.EDGE, RouterKind.NGINX);

    assertThat(Rollback.of(plan, 5, false).scope()).isNotNull();
    assertThat(Rollback.of(plan, 5, false).steps())
        .as("there is nothing to give the traffic to")
        .extracting(Step::name)
        .containsExactly("traffic-back");
  }

  @Test
  @DisplayName(
      "is the same after it was stored and read again, and a deployment says nothing of it")
  void stored() {
    begun(plan(2, RouterKind.EDGE, RouterKind.TRAEFIK));

    assertThat(JSON.readValue(JSON.writeValueAsString(removal), Deployment.class))
        .isEqualTo(removal);
    assertThat(JSON.writeValueAsString(request())).doesNotContain("emoval");
    assertThat(request().repeats(removal.request())).isFalse();
  }

  private Deployment begun(Plan plan) {
    fact(new Fact.Planned(plan));
    fact(new Fact.TurnCame(FORMER));
    return removal;
  }

  private void stepEnds(StepResult result) {
    DeploymentState.Running running = (DeploymentState.Running) removal.state();
    fact(new Fact.StepEnded(false, running.step(), result));
  }

  private void fact(Fact fact) {
    Decision decision = removal.on(fact, NOON);
    removal = decision.next();
    told.addAll(decision.events());
  }

  private static Plan plan(@Nullable Integer replicas, RouterKind... routers) {
    return plan(replicas, routers.length == 0 ? List.of(RouterKind.EDGE) : List.of(routers), "");
  }

  private static Plan plan(Integer replicas, String line) {
    return plan(replicas, List.of(RouterKind.EDGE), line);
  }

  private static Plan plan(@Nullable Integer replicas, List<RouterKind> routers, String line) {
    return Plan.toRemove(
        spec(line),
        SERVING,
        new ArtifactDigest("sha256:" + "a".repeat(64)),
        replicas == null ? null : new Plan.Previous(FORMER, SERVING, replicas),
        routers);
  }

  private static List<String> names(Plan plan) {
    assertThat(plan.removes()).isTrue();
    assertThat(plan.steps().getFirst().work()).isInstanceOf(Work.CheckGates.class);
    return plan.steps().stream().map(Step::name).toList();
  }
}
