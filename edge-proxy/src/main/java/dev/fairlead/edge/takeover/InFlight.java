package dev.fairlead.edge.takeover;

import dev.fairlead.edge.routing.RouteStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts of requests, by route and instance, as a line of text; names need no escapes there. */
final class InFlight {
  private InFlight() {}

  static String write(List<RouteStatus> routes) {
    StringBuilder text = new StringBuilder();
    for (RouteStatus route : routes) {
      route.instances().stream()
          .filter(instance -> instance.inFlight() > 0)
          .forEach(
              instance ->
                  text.append(route.definition().name())
                      .append('/')
                      .append(instance.definition().id())
                      .append('=')
                      .append(instance.inFlight())
                      .append(' '));
    }
    return text.toString();
  }

  static Map<String, Map<String, Integer>> read(String text) {
    Map<String, Map<String, Integer>> counts = new HashMap<>();
    for (String count : text.strip().split(" ")) {
      int slash = count.indexOf('/');
      int equals = count.lastIndexOf('=');
      if (slash > 0 && equals > slash) {
        counts
            .computeIfAbsent(count.substring(0, slash), ignored -> new HashMap<>())
            .put(count.substring(slash + 1, equals), Integer.parseInt(count.substring(equals + 1)));
      }
    }
    return counts;
  }
}
