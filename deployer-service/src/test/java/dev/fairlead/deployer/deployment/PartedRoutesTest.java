package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.ALICE;
import static dev.fairlead.deployer.Samples.BOB;
import static dev.fairlead.deployer.Samples.FORMER;
import static dev.fairlead.deployer.Samples.NOON;
import static dev.fairlead.deployer.Samples.request;
import static dev.fairlead.deployer.Samples.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.Request;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.DeploymentEvent.DeployFailed;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Event;
import dev.fairlead.events.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Releases before the one behind the edge proxy were behind nginx, and before behind HAProxy. */
@DisplayName("A removal of what was behind two former routers")
class PartedRoutesTest {

  private static final Version SERVING = new Version("1");
  private static final List<RouterKind> ALL =
      List.of(RouterKind.EDGE, RouterKind.NGINX, RouterKind.HAPROXY);

  private final List<Event> told = new ArrayList<>();
  private Deployment removal = begun(ALL);

  @Test
  @DisplayName("is turned back as long as no former router has lost its route")
  void turnedBack() {
    upTo("remove-route-nginx");

    stepEnds(StepResult.failed("nginx is away", null));

    assertThat(removal.state()).isInstanceOf(DeploymentState.RollingBack.class);
    assertThat(PartedRoutes.remembered(List.of(removal))).isEmpty();
  }

  @Test
  @DisplayName("is turned back as well where the first of them had no route at all")
  void nothingTaken() {
    while (!step().equals("remove-route-haproxy")) {
      stepEnds(
          step().endsWith("nginx")
              ? new StepResult.Needless("nginx has no route of it")
              : StepResult.succeeded("done"));
    }

    stepEnds(StepResult.failed("haproxy is away", null));

    assertThat(removal.state()).isInstanceOf(DeploymentState.RollingBack.class);
    assertThat(PartedRoutes.remembered(List.of(removal))).isEmpty();
  }

  @Test
  @DisplayName("is not turned back where the first of them lost its route just before a crash")
  void takenBeforeCrash() {
    upTo("remove-route-nginx");
    stepEnds(new StepResult.Needless("nginx has no route of it"));

    stepEnds(StepResult.failed("haproxy is away", null));

    assertThat(removal.state()).isInstanceOf(DeploymentState.Failed.class);
  }

  @Test
  @DisplayName("ends after that with what is left, and what to do, and remembers what is not")
  void left() {
    upTo("remove-route-haproxy");

    stepEnds(StepResult.failed("haproxy is away", "start haproxy"));

    assertThat(removal.state())
        .isInstanceOfSatisfying(
            DeploymentState.Failed.class,
            failed -> {
              assertThat(failed.reason())
                  .isEqualTo(
                      "haproxy is away; orders/staging runs no more, its route is gone from edge,"
                          + " nginx and may be left at haproxy");
              assertThat(failed.advice())
                  .isEqualTo(
                      "start haproxy; then fairlead remove orders staging goes on with haproxy");
            });
    assertThat(told)
        .last()
        .isInstanceOfSatisfying(
            DeployFailed.class, failed -> assertThat(failed.removal()).isTrue());
    assertThat(PartedRoutes.remembered(List.of(removal)))
        .containsExactlyInAnyOrder(RouterKind.EDGE, RouterKind.NGINX);
  }

  @Test
  @DisplayName(
      "ends likewise when it is cancelled, or its time is up: it cannot be made whole again")
  void cancelled() {
    upTo("remove-route-haproxy");
    Deployment before = removal;

    fact(new Fact.CancelRequested(BOB, "wrong one"));
    assertThat(removal.state())
        .isInstanceOfSatisfying(
            DeploymentState.Failed.class,
            failed -> {
              assertThat(failed.reason()).startsWith("cancelled by bob: wrong one; orders/staging");
              assertThat(failed.advice()).startsWith("see that the deployer can change haproxy;");
            });

    removal = before;
    decided(removal.on(new Fact.TimePassed(), NOON.plus(Duration.ofDays(1))));
    assertThat(removal.state()).isInstanceOf(DeploymentState.Failed.class);
  }

  @Test
  @DisplayName("is remembered over removals that came no further, and not over a deployment")
  void remembered() {
    upTo("remove-route-haproxy");
    stepEnds(StepResult.failed("haproxy is away", null));
    Deployment first = removal;
    removal = begun(List.of(RouterKind.HAPROXY));
    stepEnds(new StepResult.Failed("haproxy is away", null, true, List.of()));
    Deployment second = removal;
    Deployment deployed = Deployment.requested(request());

    assertThat(PartedRoutes.remembered(List.of(second, first)))
        .containsExactlyInAnyOrder(RouterKind.EDGE, RouterKind.NGINX);
    assertThat(PartedRoutes.remembered(List.of(second, deployed, first))).isEmpty();
    Deployment done = first.endedIn(new DeploymentState.Succeeded(), NOON);
    assertThat(PartedRoutes.remembered(List.of(second, done, first))).isEmpty();
  }

  private Deployment begun(List<RouterKind> routers) {
    removal =
        Deployment.requested(
            Request.toRemove(
                DeploymentId.random(), request().place(), SERVING, "no more", ALICE, NOON));
    fact(
        new Fact.Planned(
            Plan.toRemove(
                spec(),
                SERVING,
                new ArtifactDigest("sha256:" + "a".repeat(64)),
                new Plan.Previous(FORMER, SERVING, 2),
                routers)));
    fact(new Fact.TurnCame(FORMER));
    return removal;
  }

  private void upTo(String step) {
    while (!step().equals(step)) {
      stepEnds(StepResult.succeeded("done"));
    }
  }

  private String step() {
    return removal.step((DeploymentState.Running) removal.state()).name();
  }

  private void stepEnds(StepResult result) {
    DeploymentState.Running running = (DeploymentState.Running) removal.state();
    fact(new Fact.StepEnded(false, running.step(), result));
  }

  private void fact(Fact fact) {
    decided(removal.on(fact, NOON));
  }

  private void decided(Decision decision) {
    removal = decision.next();
    told.addAll(decision.events());
  }
}
