package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.fleet.Traffic;
import dev.fairlead.deployer.fleet.Withdrawal;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.router.Drain;
import dev.fairlead.deployer.runtime.RuntimeFailure;
import dev.fairlead.events.DeploymentEvent.TrafficShifted;
import java.time.Duration;
import java.util.List;

/** Takes away what serves at a place. */
record RemovalWork(Withdrawal withdrawal) {

  private static final int ATTEMPTS = 5;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  StepResult takeOffTraffic(Deployment deployment, RouterKind router, long fence)
      throws InterruptedException {
    EnvironmentSpec spec = deployment.known().spec();
    if (knowsNothing(deployment, router)) {
      return needless(router);
    }
    withdrawal.takeOffTraffic(spec, router, fence);
    return new StepResult.Succeeded(
        "nobody gets traffic at %s".formatted(router.word()),
        List.of(
            new TrafficShifted(
                deployment.id(),
                deployment.place().application(),
                deployment.place().environment(),
                Traffic.routeOf(deployment.place()),
                List.of())));
  }

  StepResult drain(Deployment deployment, RouterKind router) throws InterruptedException {
    if (knowsNothing(deployment, router)) {
      return needless(router);
    }
    EnvironmentSpec spec = deployment.known().spec();
    return StepResult.succeeded(
        switch (withdrawal.drain(spec, router)) {
          case Drain.Drained() -> "nothing in flight";
          case Drain.StillInFlight(var requests) ->
              "after %s still in flight: %s".formatted(spec.drain(), requests);
        });
  }

  /**
   * On every host that answers; what is on one that does not is stopped when that is back, see
   * {@link Leftovers}. An engine that is just being restarted is given the time for it.
   */
  StepResult clear(Deployment deployment, long fence) throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return StepResult.succeeded(told(withdrawal.clear(deployment.known().spec(), fence)));
      } catch (RuntimeFailure e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        Thread.sleep(PAUSE);
      }
    }
  }

  private static String told(Withdrawal.Cleared cleared) {
    return "%d instance(s) stopped; %s"
        .formatted(
            cleared.stopped(),
            cleared.silent().isEmpty()
                ? "none is left"
                : "%s: what may be there is stopped when it is back"
                    .formatted(String.join("; ", cleared.silent())));
  }

  StepResult removeRoute(Deployment deployment, RouterKind router, long fence)
      throws InterruptedException {
    EnvironmentSpec spec = deployment.known().spec();
    if (knowsNothing(deployment, router)) {
      return needless(router);
    }
    withdrawal.removeRoute(spec.place(), router, fence);
    return StepResult.succeeded("%s has the route no longer".formatted(router.word()));
  }

  private static StepResult needless(RouterKind router) {
    return new StepResult.Needless("%s has no route of it".formatted(router.word()));
  }

  /** A former router need not be there any more; and where nothing serves no route need be. */
  private boolean knowsNothing(Deployment deployment, RouterKind router)
      throws InterruptedException {
    Plan plan = deployment.known();
    boolean serves = plan.previous() != null && router == plan.spec().route().kind();
    return !serves && !withdrawal.hasRoute(plan.place(), router);
  }
}
