package dev.fairlead.deployer.fleet;

import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.router.Capability;
import dev.fairlead.deployer.router.Drain;
import dev.fairlead.deployer.router.RouteSpec;
import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.deployer.router.Router;
import dev.fairlead.deployer.runtime.Address;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.events.DeploymentEvent.ServingInstance;
import dev.fairlead.events.DeploymentEvent.TrafficShare;
import dev.fairlead.events.Place;
import dev.fairlead.events.Version;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Gives traffic to instances and takes it away, and says what the router was then seen to do. */
public final class Traffic {

  private final Routers routers;
  private final Instances instances;

  public Traffic(Routers routers, Instances instances) {
    this.routers = routers;
    this.instances = instances;
  }

  /**
   * The same for one look around, in which nobody waits twice for a router that does not answer.
   *
   * @param patience with one question
   */
  public Traffic answering(Duration patience, Instances present) {
    return new Traffic(routers.answering(patience), present);
  }

  /** The name of a place's route at the router. */
  public static String routeOf(Place place) {
    return "%s-%s".formatted(place.application(), place.environment());
  }

  /**
   * Instances of one release that are to get traffic.
   *
   * @param required whether each of them must run; else those that do not are left out, and whoever
   *     has traffic on a host that does not answer keeps it
   * @param percent of all traffic, for all of them together; when absent every instance of every
   *     share gets the same
   */
  public record Share(
      Release release, List<InstanceId> ids, boolean required, Optional<Integer> percent) {}

  /** All traffic goes to these instances of the release, evenly. */
  public List<TrafficShare> give(Release release, List<InstanceId> ids, long fence)
      throws InterruptedException {
    Share all = new Share(release, ids, true, Optional.empty());
    return shift(release.spec(), List.of(all), Optional.empty(), fence);
  }

  /**
   * Exactly these get traffic from now on; what they were seen to get.
   *
   * @param cookie keeps a visitor with the release they met first
   */
  public List<TrafficShare> shift(
      EnvironmentSpec spec, List<Share> shares, Optional<String> cookie, long fence)
      throws InterruptedException {
    EnvironmentSpec.Route route = spec.route();
    Router router = routers.of(spec);
    RouteSpec desired =
        desired(router, spec, new RouteSpec.Match(route.host(), route.path()), shares);
    RouteState state = router.apply(cookie.map(desired::withStickyCookie).orElse(desired), fence);
    return seen(state, shares);
  }

  private RouteSpec desired(
      Router router, EnvironmentSpec spec, RouteSpec.Match match, List<Share> shares)
      throws InterruptedException {
    EnvironmentSpec.Health health = spec.health();
    String route = routeOf(spec.place());
    return new RouteSpec(
            route,
            match,
            new Backends(instances, router, route).of(shares),
            Optional.of(new RouteSpec.HealthGate(health.path(), health.timeout())))
        .drainedOver(spec.drain());
  }

  /** The same at another router, as the route is matched there; whether there is any. */
  public boolean shiftAtFormer(
      RouterKind kind, EnvironmentSpec spec, List<Share> shares, long fence)
      throws InterruptedException {
    Optional<RouteState> there = routers.left(kind, routeOf(spec.place()));
    if (there.isPresent()) {
      Router router = routers.of(kind);
      router.apply(desired(router, spec, there.get().match(), shares), fence);
    }
    return there.isPresent();
  }

  /** New requests wait at the router from now on. */
  public void hold(EnvironmentSpec spec, Duration longest, long fence) throws InterruptedException {
    routers.of(spec).hold(routeOf(spec.place()), longest, fence);
  }

  /** Lets requests go that wait; fine also when none do. */
  public void release(EnvironmentSpec spec, long fence) throws InterruptedException {
    if (canHold(spec)) {
      routers.of(spec).release(routeOf(spec.place()), fence);
    }
  }

  /** Not every router can keep a request waiting: with the others it is refused meanwhile. */
  public boolean canHold(EnvironmentSpec spec) {
    return routers.of(spec).capabilities().contains(Capability.HOLD);
  }

  public void remove(EnvironmentSpec spec, long fence) throws InterruptedException {
    routers.of(spec).remove(routeOf(spec.place()), fence);
  }

  /** Waits for the requests in flight; those that outlast the deadline are told about. */
  public String drain(EnvironmentSpec spec, List<InstanceId> ids, Duration deadline)
      throws InterruptedException {
    return switch (routers.of(spec).drain(routeOf(spec.place()), ids, deadline)) {
      case Drain.Drained() -> "nothing in flight";
      case Drain.StillInFlight(Map<InstanceId, Integer> requests) ->
          "after %s still in flight: %s"
              .formatted(
                  deadline,
                  requests.entrySet().stream()
                      .map(entry -> "%s %d".formatted(entry.getKey(), entry.getValue()))
                      .collect(Collectors.joining(", ")));
    };
  }

  /**
   * What every instance of the release was seen to be and to get.
   *
   * @param running the release's instances, as they were seen just now
   * @throws NotServing unless the router gives traffic to all of them, at the addresses at which
   *     they answer, and to nobody else
   */
  public List<ServingInstance> requireServing(Release release, List<Instance> running)
      throws InterruptedException {
    RouteState state = observe(release).orElseThrow(() -> lacksRoute(release));
    requireExactly(state, release.instances());
    double all = Math.max(1, state.serving().stream().mapToInt(RouteState.Backend::weight).sum());
    Map<InstanceId, RouteState.Backend> backends =
        state.serving().stream()
            .collect(
                Collectors.toMap(
                    RouteState.Backend::instance, backend -> backend, (one, other) -> one));
    return running.stream()
        .map(
            instance ->
                sighted(
                    release, instance, Objects.requireNonNull(backends.get(instance.id())), all))
        .toList();
  }

  private static ServingInstance sighted(
      Release release, Instance instance, RouteState.Backend backend, double all) {
    Address address = instance.address().orElseThrow();
    if (!address.equals(backend.address())) {
      throw new NotServing(
          "the router sends the traffic of %s to %s, and it answers at %s"
              .formatted(instance.id(), backend.address(), address),
          "find out who else changes the route, and deploy again");
    }
    return new ServingInstance(
        instance.id().value(),
        release.hostOf(instance.id()).value(),
        instance.digest(),
        address.toString(),
        Math.round(1000 * backend.weight() / all) / 10.0);
  }

  /**
   * Whether the router has the route as the release left it.
   *
   * @param roll instances that are away may get traffic or not: nobody can tell what they are
   */
  public boolean isServing(Release release, RollCall roll) throws InterruptedException {
    return isServing(observe(release), release, roll);
  }

  /** Whether, besides, no request for the place is kept waiting. The router is asked once. */
  public boolean isAsLeft(Release release, RollCall roll) throws InterruptedException {
    Optional<RouteState> seen = observe(release);
    return isServing(seen, release, roll) && seen.filter(RouteState::held).isEmpty();
  }

  private static boolean isServing(Optional<RouteState> seen, Release release, RollCall roll) {
    Set<InstanceId> serving =
        seen.stream()
            .flatMap(state -> state.serving().stream())
            .map(RouteState.Backend::instance)
            .collect(Collectors.toSet());
    return serving.containsAll(roll.here()) && Set.copyOf(release.instances()).containsAll(serving);
  }

  private Optional<RouteState> observe(Release release) throws InterruptedException {
    return routers.of(release.spec()).observe(routeOf(release.place()));
  }

  private static void requireExactly(RouteState state, List<InstanceId> wanted) {
    Set<InstanceId> serving =
        state.serving().stream().map(RouteState.Backend::instance).collect(Collectors.toSet());
    if (!serving.equals(Set.copyOf(wanted))) {
      throw new NotServing(
          "the router gives traffic to %s instead of %s".formatted(serving, wanted),
          "find out who else changes the route, and deploy again");
    }
  }

  private static NotServing lacksRoute(Release release) {
    return new NotServing(
        "the router has no route %s".formatted(routeOf(release.place())),
        "find out who removed it, and deploy again");
  }

  private static List<TrafficShare> seen(RouteState state, List<Share> shares) {
    double all = Math.max(1, weightOf(state.serving()));
    return shares.stream()
        .map(
            share ->
                seen(
                    share.release().version(),
                    state.serving().stream()
                        .filter(backend -> share.ids().contains(backend.instance()))
                        .toList(),
                    all))
        .filter(seen -> seen.instances() > 0)
        .toList();
  }

  private static TrafficShare seen(Version version, List<RouteState.Backend> its, double all) {
    return new TrafficShare(version, its.size(), 100 * weightOf(its) / all);
  }

  private static double weightOf(List<RouteState.Backend> backends) {
    return backends.stream().mapToInt(RouteState.Backend::weight).sum();
  }
}
