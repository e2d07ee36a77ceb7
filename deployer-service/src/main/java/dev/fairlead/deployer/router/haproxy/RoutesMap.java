package dev.fairlead.deployer.router.haproxy;

import dev.fairlead.deployer.router.BookedRoute;
import dev.fairlead.deployer.router.RouteSpec;
import dev.fairlead.events.Version;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * HAProxy's map: for every host and path one line that says everything about where its requests go,
 * so that one {@code set map} moves them all at one instant. A value is {@code
 * slot|release|share|slot|release|sticky}; the share of the first slot is in millionths.
 *
 * @param entries value by key; the key ends with a slash so that {@code /api} does not match {@code
 *     /apix}
 */
record RoutesMap(Map<String, String> entries) {

  private static final long WHOLE = 1_000_000;

  /** Before a release of weight 0: no visitor's cookie is equal to it. */
  private static final String RESTING = "!";

  static RoutesMap of(List<BookedRoute> routes, Slots slots) {
    Map<String, String> entries = new TreeMap<>();
    routes.forEach(route -> entries.put(key(route.spec().match()), value(route.spec(), slots)));
    return new RoutesMap(entries);
  }

  static String key(RouteSpec.Match match) {
    String host = match.host().isEmpty() ? "*" : match.host();
    String path = match.pathPrefix();
    return host + (path.endsWith("/") ? path : path + "/");
  }

  static String value(RouteSpec spec, Slots slots) {
    Map<Version, Integer> weights = new LinkedHashMap<>();
    spec.backends().forEach(one -> weights.merge(one.release(), one.weight(), Integer::sum));
    long all = weights.values().stream().mapToLong(Integer::longValue).sum();
    List<String> parts = new ArrayList<>();
    for (Map.Entry<Version, Integer> one : weights.entrySet()) {
      parts.add(slots.of(spec, one.getKey()));
      parts.add((one.getValue() == 0 ? RESTING : "") + one.getKey());
      if (parts.size() == 2) {
        parts.add(String.valueOf(all == 0 ? WHOLE : WHOLE * one.getValue() / all));
      }
    }
    if (parts.isEmpty()) {
      parts.addAll(List.of(Slots.NOBODY, "-", String.valueOf(WHOLE)));
    }
    while (parts.size() < 5) {
      parts.add("-");
    }
    parts.add(spec.stickyCookie().isPresent() ? "sticky" : "-");
    return String.join("|", parts);
  }

  /** Reads the answer to {@code show map}: a pointer, the key, the value. */
  static RoutesMap parse(String answer) {
    Map<String, String> entries = new TreeMap<>();
    for (String line : answer.split("\n")) {
      String[] columns = line.strip().split(" ", 3);
      if (columns.length == 3 && columns[0].startsWith("0x")) {
        entries.put(columns[1], columns[2]);
      }
    }
    return new RoutesMap(entries);
  }

  /** Who has which slot; of no interest for those that are not among the routes. */
  Slots slots(List<BookedRoute> routes) {
    Map<Slots.Tenant, String> slots = new LinkedHashMap<>();
    for (BookedRoute route : routes) {
      RouteSpec.Match match = route.spec().match();
      String value = entries.get(key(match));
      if (value != null) {
        String[] parts = value.split("\\|", -1);
        for (int i = 0; i + 1 < parts.length && i <= 3; i += 3) {
          if (!parts[i].equals("-") && !parts[i].equals(Slots.NOBODY)) {
            slots.put(
                new Slots.Tenant(match, new Version(parts[i + 1].replace(RESTING, ""))), parts[i]);
          }
        }
      }
    }
    return new Slots(slots);
  }

  /** As HAProxy reads it when it starts. */
  String file() {
    StringBuilder lines = new StringBuilder("# written by Fairlead; changes are lost\n");
    entries.forEach((key, value) -> lines.append(key).append(' ').append(value).append('\n'));
    return lines.toString();
  }
}
