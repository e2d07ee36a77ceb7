package dev.fairlead.edge.admin;

import dev.fairlead.edge.routing.InstanceStatus;
import dev.fairlead.edge.routing.RouteStatus;
import dev.fairlead.edge.traffic.Counters;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The figures in the text format of Prometheus. */
final class Metrics {
  private static final String INSTANCE = "fairlead_edge_instance_";

  private final StringBuilder text = new StringBuilder();

  private Metrics() {}

  static String of(List<RouteStatus> routes, Counters counters, long accessLogDropped) {
    Metrics metrics = new Metrics();
    metrics.perInstance(routes, "requests_total", "counter", InstanceStatus::requests);
    metrics.perInstance(routes, "errors_total", "counter", InstanceStatus::errors);
    metrics.perInstance(routes, "in_flight", "gauge", InstanceStatus::inFlight);
    metrics.perInstance(routes, "weight", "gauge", one -> one.definition().weight());
    metrics.latencies(routes);
    metrics.perRoute(routes, "held", route -> route.hold().isPresent() ? 1 : 0);
    metrics.perRoute(routes, "waiting", RouteStatus::waiting);
    metrics.single("fairlead_edge_connections", "gauge", counters.connections().sum());
    metrics.single("fairlead_edge_retries_total", "counter", counters.retries().sum());
    metrics.single("fairlead_edge_refusals_total", "counter", counters.refusals().sum());
    metrics.single("fairlead_edge_goodbyes_total", "counter", counters.goodbyes().sum());
    metrics.single("fairlead_edge_access_log_dropped_total", "counter", accessLogDropped);
    Runtime jvm = Runtime.getRuntime();
    metrics.single("fairlead_edge_heap_bytes", "gauge", jvm.totalMemory() - jvm.freeMemory());
    return metrics.text.toString();
  }

  private void perInstance(
      List<RouteStatus> routes, String name, String type, ToDoubleFunction<InstanceStatus> value) {
    type(INSTANCE + name, type);
    for (RouteStatus route : routes) {
      for (InstanceStatus one : route.instances()) {
        line(INSTANCE + name, labels(route, one), value.applyAsDouble(one));
      }
    }
  }

  private void latencies(List<RouteStatus> routes) {
    String name = INSTANCE + "latency_seconds";
    type(name, "gauge");
    for (RouteStatus route : routes) {
      for (InstanceStatus one : route.instances()) {
        String labels = labels(route, one);
        line(name, labels + ",quantile=\"0.5\"", one.p50Millis() / 1_000);
        line(name, labels + ",quantile=\"0.95\"", one.p95Millis() / 1_000);
        line(name, labels + ",quantile=\"0.99\"", one.p99Millis() / 1_000);
      }
    }
  }

  private void perRoute(
      List<RouteStatus> routes, String name, ToDoubleFunction<RouteStatus> value) {
    type("fairlead_edge_route_" + name, "gauge");
    for (RouteStatus route : routes) {
      line(
          "fairlead_edge_route_" + name,
          "route=\"" + route.definition().name() + "\"",
          value.applyAsDouble(route));
    }
  }

  private void single(String name, String type, double value) {
    type(name, type);
    text.append(name).append(' ').append(number(value)).append('\n');
  }

  private void type(String name, String type) {
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private void line(String name, String labels, double value) {
    text.append(name).append('{').append(labels).append("} ").append(number(value)).append('\n');
  }

  /** Names, ids and releases are of a character set that needs no escapes. */
  private static String labels(RouteStatus route, InstanceStatus one) {
    return "route=\"%s\",instance=\"%s\",release=\"%s\",state=\"%s\""
        .formatted(
            route.definition().name(),
            one.definition().id(),
            one.definition().release(),
            one.state().name().toLowerCase(Locale.ROOT));
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
