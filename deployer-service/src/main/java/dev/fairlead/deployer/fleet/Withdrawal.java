package dev.fairlead.deployer.fleet;

import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.deployer.router.Drain;
import dev.fairlead.deployer.router.RouteSpec;
import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.deployer.router.Router;
import dev.fairlead.deployer.router.RouterFailure;
import dev.fairlead.deployer.runtime.Fence;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.Reachability;
import dev.fairlead.deployer.runtime.Runtime;
import dev.fairlead.events.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

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
   * @param spec whose place and, unless the route is there with another one, match it has
   */
  public void takeOffTraffic(EnvironmentSpec spec, RouterKind kind, long fence)
      throws InterruptedException {
    String route = Traffic.routeOf(spec.place());
    Router router = routers.of(kind);
    RouteSpec.Match match =
        router
            .observe(route)
            .map(RouteState::match)
            .orElseGet(() -> new RouteSpec.Match(spec.route().host(), spec.route().path()));
    router.apply(
        new RouteSpec(route, match, List.of(), Optional.empty()).drainedOver(spec.drain()), fence);
  }

  /**
   * Waits for the requests that whatever runs at the place has from that router.
   *
   * @return what came of it
   */
  public Drain drain(EnvironmentSpec spec, RouterKind kind) throws InterruptedException {
    List<InstanceId> running = new ArrayList<>();
    for (Runtime runtime : answering(new ArrayList<>())) {
      runtime.observe(spec.place()).forEach(instance -> running.add(instance.id()));
    }
    return routers.of(kind).drain(Traffic.routeOf(spec.place()), running, spec.drain());
  }

  /**
   * What was cleared, and what was not.
   *
   * @param stopped how many instances there were
   * @param silent why those hosts do not answer on which nothing was done, whether or not anything
   *     of the place is there
   */
  public record Cleared(int stopped, Collection<String> silent) {}

  /**
   * Stops every instance of the place, of any release, and removes what they had, on every host
   * that answers. All at once, so that it takes no longer than one of them.
   *
   * @param spec of what was deployed last; a host of it may be one that this deployer has no more
   */
  public Cleared clear(EnvironmentSpec spec, long token) throws InterruptedException {
    Fence fence = new Fence(spec.place(), token);
    Set<String> silent = new LinkedHashSet<>(RollCall.unknown(runtimes, spec));
    List<Runtime> present = answering(silent);
    List<Callable<Void>> stops =
        present.stream()
            .flatMap(
                runtime ->
                    runtime.observe(fence.place()).stream()
                        .map(found -> stop(runtime, found.id(), fence)))
            .toList();
    SideBySide.all(stops);
    for (Runtime runtime : present) {
      runtime.leave(fence);
    }
    return new Cleared(stops.size(), silent);
  }

  private static Callable<Void> stop(Runtime runtime, InstanceId id, Fence fence) {
    return () -> {
      runtime.stop(id, GRACE, fence);
      return null;
    };
  }

  /**
   * @param silent to which is added why the others do not
   */
  private List<Runtime> answering(Collection<String> silent) {
    List<Runtime> present = new ArrayList<>();
    for (Runtime runtime : runtimes.all().toList()) {
      switch (runtime.reachability()) {
        case Reachability.Reachable _ -> present.add(runtime);
        case Reachability.Unreachable(String why) -> silent.add(why);
      }
    }
    return present;
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
    return routers.left(kind, Traffic.routeOf(place)).isPresent();
  }
}
