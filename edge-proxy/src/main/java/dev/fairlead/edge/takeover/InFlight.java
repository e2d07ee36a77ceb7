package dev.fairlead.edge.takeover;

import dev.fairlead.edge.routing.Address;
import dev.fairlead.edge.routing.Elsewhere;
import dev.fairlead.edge.routing.InstanceStatus;
import dev.fairlead.edge.routing.RouteStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Counts of requests as a line of text: {@code orders/one=3} for an instance that serves, {@code
 * orders/one@127.0.0.1:8080@1.4.0=3} for one that drains, which the successor does not know. Names
 * need no escapes there. Earlier versions write, and understand, the first form only.
 */
final class InFlight {
  private InFlight() {}

  static String write(List<RouteStatus> routes) {
    return routes.stream()
        .flatMap(
            route ->
                route.instances().stream()
                    .filter(instance -> instance.inFlight() > 0)
                    .map(instance -> "%s/%s".formatted(route.definition().name(), count(instance))))
        .collect(Collectors.joining(" "));
  }

  private static String count(InstanceStatus instance) {
    var definition = instance.definition();
    String where =
        instance.state() == InstanceStatus.State.DRAINING
            ? "@%s@%s".formatted(definition.address(), definition.release())
            : "";
    return "%s%s=%d".formatted(definition.id(), where, instance.inFlight());
  }

  static Map<String, List<Elsewhere>> read(String text) {
    Map<String, List<Elsewhere>> counts = new HashMap<>();
    for (String count : text.strip().split(" ")) {
      int slash = count.indexOf('/');
      int equals = count.lastIndexOf('=');
      if (slash > 0 && equals > slash) {
        counts
            .computeIfAbsent(count.substring(0, slash), ignored -> new ArrayList<>())
            .add(
                read(
                    count.substring(slash + 1, equals),
                    Integer.parseInt(count.substring(equals + 1))));
      }
    }
    return counts;
  }

  private static Elsewhere read(String instance, int requests) {
    String[] parts = instance.split("@", -1);
    return parts.length == 3
        ? new Elsewhere(parts[0], Optional.of(Address.of(parts[1])), parts[2], requests)
        : new Elsewhere(parts[0], Optional.empty(), "", requests);
  }
}
