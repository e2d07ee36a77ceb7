package dev.fairlead.deployer.router.haproxy;

import dev.fairlead.deployer.router.Latencies;
import dev.fairlead.deployer.router.RouteState.Figures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The answer to {@code show stat}: CSV with a header (HAProxy management guide, "Statistics and
 * monitoring").
 *
 * @param slots the HAProxy backends of the pool that the worker has
 */
record Statistics(Set<String> slots, List<Server> servers) {

  /**
   * The same with what the slots' tables say.
   *
   * @param latencies by slot and server
   */
  Statistics with(Map<String, Map<String, Latencies>> latencies) {
    return new Statistics(
        slots,
        servers.stream()
            .map(
                server ->
                    server.with(
                        latencies
                            .getOrDefault(server.slot(), Map.of())
                            .getOrDefault(server.name(), Latencies.NONE)))
            .toList());
  }

  static Statistics parse(String csv) {
    Set<String> slots = new HashSet<>();
    List<Server> servers = new ArrayList<>();
    Map<String, Integer> columns = new HashMap<>();
    for (String line : csv.split("\n")) {
      String[] values = line.split(",", -1);
      if (line.startsWith("# ")) {
        columns.putAll(columns(line.substring(2).split(",", -1)));
      } else if (values.length > 1 && Slots.isSlot(values[0])) {
        read(new Row(columns, values), slots, servers);
      }
    }
    return new Statistics(slots, servers);
  }

  private static void read(Row row, Set<String> slots, List<Server> servers) {
    if (row.text("svname").equals("BACKEND")) {
      slots.add(row.text("pxname"));
    } else {
      servers.add(server(row));
    }
  }

  private static Server server(Row row) {
    String status = row.text("status");
    return new Server(
        row.text("pxname"),
        row.text("svname"),
        row.text("addr"),
        (int) row.number("uweight"),
        status.startsWith("MAINT")
            ? Server.Status.MAINTENANCE
            : status.startsWith("DRAIN") ? Server.Status.DRAIN : Server.Status.READY,
        figures(row));
  }

  /** A connection that could not be made, and an answer that broke off, are not in the codes. */
  private static Figures figures(Row row) {
    long broken = row.number("econ") + row.number("eresp");
    long answered =
        row.number("hrsp_1xx")
            + row.number("hrsp_2xx")
            + row.number("hrsp_3xx")
            + row.number("hrsp_4xx")
            + row.number("hrsp_5xx")
            + row.number("hrsp_other");
    return new Figures(
        (int) row.number("scur"),
        answered + broken,
        row.number("hrsp_5xx") + broken,
        Latencies.NONE);
  }

  private static Map<String, Integer> columns(String[] names) {
    Map<String, Integer> columns = new HashMap<>();
    for (int i = 0; i < names.length; i++) {
      columns.put(names[i], i);
    }
    return columns;
  }

  private record Row(Map<String, Integer> columns, String[] values) {

    String text(String column) {
      Integer at = columns.get(column);
      return at == null || at >= values.length ? "" : values[at];
    }

    long number(String column) {
      String text = text(column);
      return text.isEmpty() ? 0 : Long.parseLong(text);
    }
  }
}
