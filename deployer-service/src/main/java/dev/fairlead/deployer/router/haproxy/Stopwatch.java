package dev.fairlead.deployer.router.haproxy;

import dev.fairlead.deployer.router.Latencies;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lets HAProxy count how long answers took. It keeps no distribution itself; but each slot has a
 * table of its servers with general-purpose counters, and a rule for each bucket adds to one of
 * them (HAProxy configuration manual, {@code stick-table}, {@code sc-inc-gpc}, {@code %Tr}: from
 * the request sent to the answer's headers).
 */
final class Stopwatch {

  /** Upper bounds of the buckets in milliseconds; the last one is HAProxy's own time limit. */
  private static final int[] BOUNDS = {
    1, 2, 5, 10, 15, 25, 40, 60, 80, 100, 150, 200, 300, 500, 750, 1000, 2000, 5000, 60_000
  };

  private static final Pattern KEY = Pattern.compile("key=(\\S+)");
  private static final Pattern COUNTER = Pattern.compile("gpc(\\d+)=(\\d+)");

  private Stopwatch() {}

  /** For each slot. The third of HAProxy's usual counters is used least by operators. */
  static String lines() {
    StringBuilder rules =
        new StringBuilder(
            """
              stick-table type string len 128 size 1k store gpc(%d)
              http-response set-var-fmt(txn.fairlead_ms) %%Tr
              http-response track-sc2 srv_name
            """
                .formatted(BOUNDS.length));
    for (int i = 0; i < BOUNDS.length; i++) {
      rules.append("  http-response sc-inc-gpc(%d,2) if".formatted(i));
      if (i > 0) {
        rules.append(" { var(txn.fairlead_ms) -m int gt %d }".formatted(BOUNDS[i - 1]));
      }
      if (i < BOUNDS.length - 1) {
        rules.append(" { var(txn.fairlead_ms) -m int le %d }".formatted(BOUNDS[i]));
      }
      rules.append('\n');
    }
    return rules.toString();
  }

  /** Reads the answer to {@code show table}: latencies by the name of the server. */
  static Map<String, Latencies> parse(String answer) {
    Map<String, Latencies> byServer = new HashMap<>();
    for (String line : answer.split("\n")) {
      Matcher key = KEY.matcher(line);
      if (key.find()) {
        byServer.put(key.group(1), counted(line));
      }
    }
    return byServer;
  }

  private static Latencies counted(String line) {
    TreeMap<Double, Long> counts = new TreeMap<>();
    Matcher counter = COUNTER.matcher(line);
    while (counter.find()) {
      int bucket = Integer.parseInt(counter.group(1));
      long count = Long.parseLong(counter.group(2));
      if (bucket < BOUNDS.length && count > 0) {
        counts.put((double) BOUNDS[bucket], count);
      }
    }
    return new Latencies(counts);
  }
}
