package dev.fairlead.deployer.router;

import dev.fairlead.deployer.runtime.InstanceId;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Looks at a route again and again until nothing is in flight at backends that left it. */
final class DrainWatch {

  private static final Duration POLL = Duration.ofMillis(50);

  private final Router router;
  private final int looks;

  /**
   * @param looks in a row that must find nothing. One is enough where choosing a backend and
   *     counting the request are one; else a request could be between the two
   */
  DrainWatch(Router router, int looks) {
    this.router = router;
    this.looks = looks;
  }

  Drain await(String route, Collection<InstanceId> backends, Duration deadline)
      throws InterruptedException {
    long end = System.nanoTime() + deadline.toNanos();
    int quiet = 0;
    while (true) {
      Map<InstanceId, Integer> inFlight = inFlight(route, Set.copyOf(backends));
      quiet = inFlight.isEmpty() ? quiet + 1 : 0;
      if (quiet >= looks) {
        return new Drain.Drained();
      }
      if (System.nanoTime() >= end && quiet == 0) {
        return new Drain.StillInFlight(inFlight);
      }
      Thread.sleep(POLL);
    }
  }

  private Map<InstanceId, Integer> inFlight(String route, Set<InstanceId> backends)
      throws InterruptedException {
    List<RouteState.Backend> present =
        router.observe(route).map(RouteState::backends).orElse(List.of());
    Map<InstanceId, Integer> inFlight = new HashMap<>();
    for (RouteState.Backend backend : present) {
      if (!backends.contains(backend.instance())) {
        continue;
      }
      if (backend.traffic() == RouteState.Traffic.SERVING && backend.weight() > 0) {
        throw new IllegalStateException(
            "backend %s of route %s still gets requests; take it off the route before draining it"
                .formatted(backend.instance(), route));
      }
      if (backend.figures().inFlight() > 0) {
        inFlight.merge(backend.instance(), backend.figures().inFlight(), Integer::sum);
      }
    }
    return inFlight;
  }
}
