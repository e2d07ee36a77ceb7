package dev.fairlead.deployer.verification;

import dev.fairlead.deployer.router.Latencies;
import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.deployer.runtime.InstanceId;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/** What a group of backends did in a window: the difference of two reports of the router. */
record Sample(long requests, long errors, Latencies latencies) {

  private static final double P95 = 0.95;

  static Sample between(RouteState before, RouteState after, Predicate<RouteState.Backend> group) {
    Map<InstanceId, RouteState.Figures> earlier = new HashMap<>();
    before.backends().forEach(backend -> earlier.put(backend.instance(), backend.figures()));
    Sample sum = new Sample(0, 0, Latencies.NONE);
    for (RouteState.Backend backend : after.backends().stream().filter(group).toList()) {
      RouteState.Figures now = backend.figures();
      RouteState.Figures then = earlier.getOrDefault(backend.instance(), RouteState.Figures.NONE);
      // A restarted router counts from zero again: then its count is the window's.
      sum = sum.plus(now, then.requests() <= now.requests() ? then : RouteState.Figures.NONE);
    }
    return sum;
  }

  double errorRate() {
    return requests == 0 ? 0 : (double) errors / requests;
  }

  double p95Millis() {
    return latencies.percentile(P95);
  }

  private Sample plus(RouteState.Figures now, RouteState.Figures then) {
    long more = now.requests() - then.requests();
    // A failing answer that breaks off is counted twice by the router.
    long faults = Math.min(now.errors() - then.errors(), more);
    return new Sample(
        requests + more, errors + faults, latencies.plus(now.latencies().minus(then.latencies())));
  }

  @Override
  public String toString() {
    return "%d requests, %.2f %% errors, p95 %.0f ms"
        .formatted(requests, 100 * errorRate(), p95Millis());
  }
}
