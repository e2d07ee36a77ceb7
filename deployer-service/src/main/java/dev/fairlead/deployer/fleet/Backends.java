package dev.fairlead.deployer.fleet;

import dev.fairlead.deployer.fleet.Traffic.Share;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.router.RouteSpec.Backend;
import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.deployer.router.Router;
import dev.fairlead.deployer.runtime.Address;
import dev.fairlead.deployer.runtime.EngineAway;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.events.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whom shares of the traffic of a route come down to. */
record Backends(Instances instances, Router router, String route) {

  /** With the hosts of a release that is being replaced. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /**
   * @param shares the newest release first
   */
  List<Backend> of(List<Share> shares) throws InterruptedException {
    List<Map<InstanceId, Address>> reached = new ArrayList<>();
    for (Share share : shares) {
      reached.add(share.required() ? running(share) : runningOrServing(share));
    }
    List<Integer> weights =
        Weights.of(
            reached.stream().map(Map::size).toList(), shares.stream().map(Share::percent).toList());
    List<Backend> backends = new ArrayList<>();
    for (int i = 0; i < shares.size(); i++) {
      int weight = weights.get(i);
      Version label = label(shares, i);
      reached
          .get(i)
          .forEach((id, address) -> backends.add(new Backend(id, address, weight, label)));
    }
    return backends;
  }

  /**
   * What a router tells the releases of a route apart by, and a visitor's cookie names. The version
   * as a rule; where two releases of one version serve side by side, the newer one has its id.
   */
  private static Version label(List<Share> newestFirst, int index) {
    Release release = newestFirst.get(index).release();
    boolean taken =
        newestFirst.stream()
            .skip(index + 1L)
            .anyMatch(older -> older.release().version().equals(release.version()));
    return taken ? new Version(release.id().toString()) : release.version();
  }

  private Map<InstanceId, Address> running(Share share) {
    Map<InstanceId, Address> running = new LinkedHashMap<>();
    for (InstanceId id : share.ids()) {
      running.put(
          id,
          addressOf(instances, share.release(), id)
              .orElseThrow(
                  () ->
                      new NotServing(
                          "%s does not run, so it cannot get traffic".formatted(id),
                          "see why it ended: fairlead instances log " + id)));
    }
    return running;
  }

  /**
   * What cannot be asked may well answer its visitors: taking it off before it is replaced could
   * leave too few, or show all visitors a release that one in twenty was to try.
   */
  private Map<InstanceId, Address> runningOrServing(Share share) throws InterruptedException {
    Release release = share.release();
    Instances there = instances.answering(Hosts.withEngines(release), PATIENCE);
    Map<InstanceId, Address> reached = new LinkedHashMap<>();
    for (InstanceId id : share.ids()) {
      addressOrServing(there, release, id).ifPresent(address -> reached.put(id, address));
    }
    return reached;
  }

  private Optional<Address> addressOrServing(Instances there, Release release, InstanceId id)
      throws InterruptedException {
    try {
      return addressOf(there, release, id);
    } catch (EngineAway | NotServing _) {
      return router.observe(route).stream()
          .flatMap(state -> state.serving().stream())
          .filter(backend -> backend.instance().equals(id))
          .map(RouteState.Backend::address)
          .findFirst();
    }
  }

  private static Optional<Address> addressOf(Instances there, Release release, InstanceId id) {
    return there.observe(release, id).filter(Instance::running).flatMap(Instance::address);
  }
}
