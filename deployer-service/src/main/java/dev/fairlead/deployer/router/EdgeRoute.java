package dev.fairlead.deployer.router;

import dev.fairlead.deployer.runtime.Address;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.events.Version;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The JSON of the edge proxy's admin API. */
final class EdgeRoute {

  private EdgeRoute() {}

  /** Body of {@code PUT /routes/{name}}. */
  record Change(
      long fence,
      Match match,
      List<Instance> instances,
      @Nullable HealthCheck healthCheck,
      @Nullable String stickyCookie,
      long drainMillis) {

    static Change of(RouteSpec spec, long fence) {
      return new Change(
          fence,
          Match.of(spec.match()),
          spec.backends().stream().map(Instance::of).toList(),
          spec.healthGate()
              .map(gate -> new HealthCheck(gate.path(), gate.timeout().toMillis()))
              .orElse(null),
          spec.stickyCookie().orElse(null),
          spec.drain().toMillis());
    }
  }

  record Instance(String id, String address, int weight, String release) {

    static Instance of(RouteSpec.Backend backend) {
      return new Instance(
          backend.instance().value(),
          backend.address().toString(),
          backend.weight(),
          backend.release().value());
    }
  }

  record HealthCheck(String path, long timeoutMillis) {}

  /** Body of a command to a route that exists. */
  sealed interface Fenced {

    long fence();
  }

  /** Body of {@code POST /routes/{name}/hold}. */
  record Hold(long fence, long maxMillis) implements Fenced {}

  /** Body of {@code POST /routes/{name}/release} and {@code DELETE /routes/{name}}. */
  record Command(long fence) implements Fenced {}

  /** Answer of {@code GET /routes/{name}}. */
  record Report(
      String name, Match match, long fence, boolean held, List<ReportedInstance> instances) {

    RouteState state() {
      return new RouteState(
          name,
          match.match(),
          fence,
          held,
          instances.stream().map(ReportedInstance::backend).toList());
    }
  }

  /** A route for any host has no host. */
  record Match(@Nullable String host, String pathPrefix) {

    static Match of(RouteSpec.Match match) {
      return new Match(match.host().isEmpty() ? null : match.host(), match.pathPrefix());
    }

    RouteSpec.Match match() {
      return new RouteSpec.Match(host == null ? "" : host, pathPrefix);
    }
  }

  record ReportedInstance(
      String id,
      String address,
      int weight,
      String release,
      String state,
      int inFlight,
      long requests,
      long errors,
      List<LatencyCount> latencyCounts) {

    RouteState.Backend backend() {
      return new RouteState.Backend(
          new InstanceId(id),
          Address.parse(address),
          weight,
          new Version(release),
          RouteState.Traffic.valueOf(state.toUpperCase(Locale.ROOT)),
          new RouteState.Figures(inFlight, requests, errors, latencies()));
    }

    private Latencies latencies() {
      TreeMap<Double, Long> counts = new TreeMap<>();
      latencyCounts.forEach(one -> counts.put(one.upToMillis(), one.count()));
      return new Latencies(counts);
    }
  }

  record LatencyCount(double upToMillis, long count) {}
}
