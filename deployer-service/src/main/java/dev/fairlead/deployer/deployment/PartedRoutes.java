package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.deployment.DeploymentState.Failed;
import dev.fairlead.deployer.deployment.DeploymentState.Succeeded;
import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.Step;
import dev.fairlead.deployer.plan.Work;
import dev.fairlead.events.Place;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which routers a removal has taken the route from already, router by router. Nobody makes the
 * route of a former router again, so once one is gone the removal does not turn back: what is left
 * is for the next one. Pure.
 */
record PartedRoutes(Deployment removal) {

  /**
   * Whose route is gone, as the removals before have left it.
   *
   * @param newestFirst the deployments of the place
   */
  static Set<RouterKind> remembered(List<Deployment> newestFirst) {
    Set<RouterKind> gone = new HashSet<>();
    for (Deployment deployment : newestFirst) {
      if (!deployment.request().takesAway() || deployment.state() instanceof Succeeded) {
        break;
      }
      PartedRoutes parted = new PartedRoutes(deployment);
      if (parted.ended()) {
        gone.addAll(parted.gone());
      }
    }
    return gone;
  }

  /** Whether a former router had a route, and has lost it. */
  boolean beyondReturn() {
    Plan plan = removal.plan();
    return plan != null
        && gone().stream().filter(plan.formerRouters()::contains).anyMatch(this::hadRoute);
  }

  /** Whether it has ended there, so that nothing serves, and routes are left. */
  boolean ended() {
    return removal.state() instanceof Failed && beyondReturn();
  }

  Failed failure(Cause cause) {
    Place place = removal.place();
    String left = words(left());
    return new Failed(
        cause.phase(),
        "%s; %s runs no more, its route is gone from %s and may be left at %s"
            .formatted(cause.reason(), place, words(gone()), left),
        "%s; then fairlead remove %s %s goes on with %s"
            .formatted(
                Objects.requireNonNullElse(
                    cause.advice(), "see that the deployer can change %s".formatted(left)),
                place.application(),
                place.environment(),
                left));
  }

  private List<RouterKind> gone() {
    return routers(true);
  }

  private List<RouterKind> left() {
    return routers(false);
  }

  private List<RouterKind> routers(boolean gone) {
    return removal.known().steps().stream()
        .filter(step -> isGone(step) == gone)
        .<RouterKind>mapMulti(
            (step, next) -> {
              if (step.work() instanceof Work.RemoveRoute(RouterKind router)) {
                next.accept(router);
              }
            })
        .toList();
  }

  private boolean isGone(Step step) {
    return removal.history().stream().anyMatch(done -> done.isSuccessOf(step));
  }

  /**
   * Whether any step about its route came upon one. The last of them alone does not tell: after a
   * crash it is performed again, and finds what it has removed itself gone.
   */
  private boolean hadRoute(RouterKind router) {
    return removal.known().steps().stream()
        .filter(step -> isAbout(router, step.work()))
        .anyMatch(step -> removal.history().stream().anyMatch(done -> done.isEffectOf(step)));
  }

  private static boolean isAbout(RouterKind router, Work work) {
    return switch (work) {
      case Work.TakeOffTraffic(RouterKind one) -> one == router;
      case Work.DrainRouter(RouterKind one) -> one == router;
      case Work.RemoveRoute(RouterKind one) -> one == router;
      default -> false;
    };
  }

  private static String words(List<RouterKind> routers) {
    return routers.stream().map(RouterKind::word).collect(Collectors.joining(", "));
  }
}
