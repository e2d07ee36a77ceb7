package dev.fairlead.edge.takeover;

import dev.fairlead.edge.routing.Elsewhere;
import dev.fairlead.edge.routing.InstanceDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Instances that were taken off their routes here, and to which the former proxy may still send
 * requests: it has not said yet that it follows. Each counts as one request in flight, so that
 * nobody stops it.
 */
final class Unconfirmed {
  private final TreeMap<Integer, Map<String, List<Elsewhere>>> byChange = new TreeMap<>();
  private Map<String, List<Elsewhere>> reported = Map.of();

  /**
   * @param removed instances by the name of their route
   */
  void add(int change, Map<String, List<InstanceDefinition>> removed) {
    Map<String, List<Elsewhere>> waiting = new HashMap<>();
    removed.forEach(
        (route, instances) ->
            waiting.put(route, instances.stream().map(Unconfirmed::mayBeAsked).toList()));
    byChange.put(change, waiting);
  }

  /** The former proxy follows up to this change. */
  void confirm(int change) {
    byChange.headMap(change, true).clear();
  }

  void clear() {
    byChange.clear();
    reported = Map.of();
  }

  /** What the former proxy says that it has in flight. */
  void report(Map<String, List<Elsewhere>> inFlight) {
    reported = inFlight;
  }

  /** All that has to be counted there. */
  Map<String, List<Elsewhere>> counted() {
    Map<String, List<Elsewhere>> all = new HashMap<>();
    reported.forEach((route, counts) -> all.put(route, new ArrayList<>(counts)));
    for (Map<String, List<Elsewhere>> waiting : byChange.values()) {
      waiting.forEach(
          (route, counts) ->
              all.computeIfAbsent(route, ignored -> new ArrayList<>()).addAll(counts));
    }
    return all;
  }

  private static Elsewhere mayBeAsked(InstanceDefinition one) {
    return new Elsewhere(one.id(), Optional.of(one.address()), one.release(), 1);
  }
}
