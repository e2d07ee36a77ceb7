package dev.fairlead.deployer.router;

import dev.fairlead.deployer.runtime.Address;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.events.Version;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The JSON of the edge proxy's admin API. */
final class EdgeRoute {

  private EdgeRoute() {}

  /** Body of {@code PUT /routes/{name}}. */
  record Change(
      long fence,
      RouteSpec.Match match,
      List<Instance> instances,
      @Nullable HealthCheck healthCheck) {

    static Change of(RouteSpec spec, long fence) {
      return new Change(
          fence,
          spec.match(),
          spec.backends().stream().map(Instance::of).toList(),
          spec.healthGate()
              .map(gate -> new HealthCheck(gate.path(), gate.timeout().toMillis()))
              .orElse(null));
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

  /** Body of {@code POST /routes/{name}/hold}. */
  record Hold(long maxMillis) {}

  /** Answer of {@code GET /routes/{name}}. */
  record Report(
      String name,
      RouteSpec.Match match,
      long fence,
      boolean held,
      List<ReportedInstance> instances) {

    RouteState state() {
      return new RouteState(
          name, match, fence, held, instances.stream().map(ReportedInstance::backend).toList());
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
      Latencies latencyMillis) {

    RouteState.Backend backend() {
      return new RouteState.Backend(
          new InstanceId(id),
          Address.parse(address),
          weight,
          new Version(release),
          RouteState.Traffic.valueOf(state.toUpperCase(Locale.ROOT)),
          new RouteState.Figures(
              inFlight,
              requests,
              errors,
              latencyMillis.p50(),
              latencyMillis.p95(),
              latencyMillis.p99()));
    }
  }

  record Latencies(double p50, double p95, double p99) {}
}
