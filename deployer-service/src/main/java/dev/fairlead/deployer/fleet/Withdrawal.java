package dev.fairlead.deployer.fleet;

import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.router.RouteSpec;
import dev.fairlead.deployer.router.Router;
import dev.fairlead.deployer.router.RouterFailure;
import dev.fairlead.deployer.runtime.Fence;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.runtime.Reachability;
import dev.fairlead.deployer.runtime.Runtime;
import dev.fairlead.events.Place;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Leaves nothing of a place: no traffic, no instance, no route. Each may be repeated. */
public final class Withdrawal {

  private static final Duration GRACE = Duration.ofSeconds(10);

  private final Routers routers;
  private final Runtimes runtimes;

  public Withdrawal(Routers routers, Runtimes runtimes) {
    this.routers = routers;
    this.runtimes = runtimes;
  }

  /**
   * From now on nobody gets traffic of the place's route at that router: requests get 503.
   *
   * @param spec whose place and match the route has
   */
  public void takeOffTraffic(EnvironmentSpec spec, RouterKind kind, long fence)
      throws InterruptedException {
    EnvironmentSpec.Route route = spec.route();
    routers
        .of(kind)
        .apply(
            new RouteSpec(
                    Traffic.routeOf(spec.place()),
                    new RouteSpec.Match(route.host(), route.path()),
                    List.of(),
                    Optional.empty())
                .drainedOver(spec.drain()),
            fence);
  }

  /**
   * Stops every instance of the place, of any release, and removes what they had, on every host
   * that answers.
   *
   * @return how many instances there were
   */
  public int clear(Fence fence) throws InterruptedException {
    int stopped = 0;
    for (Runtime runtime : runtimes.all().toList()) {
      if (runtime.reachability() instanceof Reachability.Reachable) {
        for (Instance found : runtime.observe(fence.place())) {
          runtime.stop(found.id(), GRACE, fence);
          stopped++;
        }
        runtime.leave(fence);
      }
    }
    return stopped;
  }

  /** Why those hosts of the release do not answer that do not. */
  public Collection<String> silentHosts(Release release) {
    return RollCall.silent(runtimes, release).values();
  }

  /**
   * Removes the place's route from that router; one that is gone already is fine.
   *
   * @throws RouterFailure if the router has it still
   */
  public void removeRoute(Place place, RouterKind kind, long fence) throws InterruptedException {
    Router router = routers.of(kind);
    router.remove(Traffic.routeOf(place), fence);
    if (router.observe(Traffic.routeOf(place)).isPresent()) {
      throw new RouterFailure(
          "%s still has the route %s right after it was removed; find out who else sets it"
              .formatted(kind.word(), Traffic.routeOf(place)));
    }
  }

  /** Whether this deployer has such a router, and that has a route of the place. */
  public boolean hasRoute(Place place, RouterKind kind) throws InterruptedException {
    Router router = routers.byKind().get(kind);
    return router != null && router.observe(Traffic.routeOf(place)).isPresent();
  }
}
