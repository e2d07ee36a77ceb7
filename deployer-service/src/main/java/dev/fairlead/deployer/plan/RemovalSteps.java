package dev.fairlead.deployer.plan;

import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.events.DeploymentEvent.Phase;
import java.util.ArrayList;
import java.util.List;

/**
 * The steps that take an application away from an environment. Pure. The route stays without an
 * instance until nothing runs any more: as long as it is there the router knows the fence, and
 * refuses whoever was about to give it traffic again.
 */
final class RemovalSteps {

  private final List<RouterKind> routers;
  private final List<Step> steps = new ArrayList<>();

  private RemovalSteps(List<RouterKind> routers) {
    this.routers = routers;
  }

  /**
   * @param routers that have, or may have, a route of the place; the one that serves comes first
   */
  static List<Step> of(List<RouterKind> routers) {
    RemovalSteps removal = new RemovalSteps(routers);
    removal.add(
        Phase.PREFLIGHT,
        "gates",
        "check freeze windows, incidents, routers and hosts",
        new Work.CheckGates());
    removal.takeOff();
    removal.clear();
    return List.copyOf(removal.steps);
  }

  /** Where most come through is last: what fails at a former router has cost few until then. */
  private void takeOff() {
    for (RouterKind router : routers.reversed()) {
      add(
          "traffic-off" + suffix(router),
          "take the traffic off at %s: requests get 503 from now on".formatted(router.word()),
          new Work.TakeOffTraffic(router));
    }
    for (RouterKind router : routers.reversed()) {
      add(
          "drain" + suffix(router),
          "let the instances finish their requests from %s".formatted(router.word()),
          new Work.DrainRouter(router));
    }
  }

  /** The former routers are last: only a route that is there still gets its traffic back. */
  private void clear() {
    add(
        "clear",
        "stop every instance, and remove containers, networks and volumes of secrets",
        new Work.ClearPlace());
    for (RouterKind router : routers) {
      add(
          "remove-route" + suffix(router),
          "remove the route from %s".formatted(router.word()),
          new Work.RemoveRoute(router));
    }
  }

  /** The one that serves goes without saying. */
  private String suffix(RouterKind router) {
    return router == routers.getFirst() ? "" : "-" + router.word();
  }

  private void add(String name, String description, Work work) {
    add(Phase.ROLLOUT, name, description, work);
  }

  private void add(Phase phase, String name, String description, Work work) {
    steps.add(new Step(phase, name, description, work));
  }
}
