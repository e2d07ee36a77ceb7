package dev.fairlead.deployer.verification;

import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.deployer.runtime.InstanceId;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What a group of backends did in a window: the difference of two reports of the router.
 *
 * @param p95Millis of the slowest backend that got requests in the window; 0 without requests
 */
record Sample(long requests, long errors, double p95Millis) {

  static Sample between(RouteState before, RouteState after, Predicate<RouteState.Backend> group) {
    Map<InstanceId, RouteState.Figures> earlier = new HashMap<>();
    before.backends().forEach(backend -> earlier.put(backend.instance(), backend.figures()));
    long requests = 0;
    long errors = 0;
    double p95 = 0;
    for (RouteState.Backend backend : after.backends().stream().filter(group).toList()) {
      RouteState.Figures now = backend.figures();
      RouteState.Figures then = earlier.getOrDefault(backend.instance(), RouteState.Figures.NONE);
      // A restarted router counts from zero again: then its count is the window's.
      RouteState.Figures from = then.requests() <= now.requests() ? then : RouteState.Figures.NONE;
      long more = now.requests() - from.requests();
      requests += more;
      errors += now.errors() - from.errors();
      p95 = more > 0 ? Math.max(p95, now.p95Millis()) : p95;
    }
    return new Sample(requests, errors, p95);
  }

  double errorRate() {
    return requests == 0 ? 0 : (double) errors / requests;
  }

  @Override
  public String toString() {
    return "%d requests, %.2f %% errors, p95 %.0f ms"
        .formatted(requests, 100 * errorRate(), p95Millis);
  }
}
