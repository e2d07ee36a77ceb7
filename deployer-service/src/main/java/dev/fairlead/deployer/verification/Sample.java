package dev.fairlead.deployer.verification;

import static java.util.stream.Collectors.collectingAndThen;
import static java.util.stream.Collectors.toList;

import dev.fairlead.deployer.router.Latencies;
import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.deployer.runtime.InstanceId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What a group of backends did in a window: the difference of two reports of the router. */
public record Sample(long requests, long errors, Latencies latencies) {

  public static final Sample NONE = new Sample(0, 0, Latencies.NONE);

  private static final double P95 = 0.95;

  static Sample between(RouteState before, RouteState after, Predicate<RouteState.Backend> group) {
    Map<InstanceId, RouteState.Figures> earlier = new HashMap<>();
    before.backends().forEach(backend -> earlier.put(backend.instance(), backend.figures()));
    Sample sum = NONE;
    for (RouteState.Backend backend : after.backends().stream().filter(group).toList()) {
      RouteState.Figures now = backend.figures();
      RouteState.Figures then = earlier.getOrDefault(backend.instance(), RouteState.Figures.NONE);
      // A restarted router counts from zero again: then its count is the window's.
      sum = sum.plus(now, then.requests() <= now.requests() ? then : RouteState.Figures.NONE);
    }
    return sum;
  }

  /** Everything that was counted of a route's backends so far. */
  static Sample upTo(RouteState state) {
    return state.backends().stream()
        .map(RouteState.Backend::figures)
        .map(figures -> NONE.plus(figures, RouteState.Figures.NONE))
        .collect(collectingAndThen(toList(), Sample::sumOf));
  }

  static Sample sumOf(List<Sample> samples) {
    return new Sample(
        samples.stream().mapToLong(Sample::requests).sum(),
        samples.stream().mapToLong(Sample::errors).sum(),
        Latencies.sumOf(samples.stream().map(Sample::latencies).toList()));
  }

  double errorRate() {
    return requests == 0 ? 0 : (double) errors / requests;
  }

  double shareSlowerThan(double millis) {
    long all = latencies.total();
    return all == 0 ? 0 : (double) latencies.slowerThan(millis) / all;
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
    return "%d requests, %.2f %% errors, %s"
        .formatted(
            requests,
            100 * errorRate(),
            requests > 0 && latencies.total() == 0
                ? "latency unknown to this router"
                : "p95 %.0f ms".formatted(p95Millis()));
  }
}
