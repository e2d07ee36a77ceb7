package dev.fairlead.benchmarks;

import dev.fairlead.benchmarks.Proxies.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The load generator wrk, whose report is read. */
final class Wrk {

  private Wrk() {}

  /** What it asks, and how. */
  record Load(String title, int connections, String script) {}

  /**
   * What it measured.
   *
   * @param p50 latency as it writes it, such as {@code 1.20ms}
   * @param p99 the same
   * @param cpuMicros processor time of the proxy for one request
   * @param clean whether every request was answered with 2xx or 3xx
   */
  record Run(double requestsPerSecond, String p50, String p99, double cpuMicros, boolean clean) {

    double p99Millis() {
      return millis(p99);
    }
  }

  /** Asks a proxy for so many seconds. */
  static Run ask(Proxy proxy, int seconds, Load load) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of("wrk", "-t1", "-c" + load.connections(), "-d" + seconds + "s", "--latency"));
    if (!load.script().isEmpty()) {
      command.add(load.script());
    }
    command.add("http://127.0.0.1:" + proxy.port() + "/");
    // A fair measure even where other programs want the processor, too.
    Duration before = proxy.resident().processorTime();
    Process wrk = new ProcessBuilder(command).redirectErrorStream(true).start();
    String report = new String(wrk.getInputStream().readAllBytes());
    wrk.waitFor();
    double requests = Double.parseDouble(found(report, "(\\d+) requests in"));
    return new Run(
        Double.parseDouble(found(report, "Requests/sec:\\s+([0-9.]+)")),
        found(report, "\\s50%\\s+(\\S+)"),
        found(report, "\\s99%\\s+(\\S+)"),
        proxy.resident().processorTime().minus(before).toNanos() / 1_000.0 / requests,
        !report.contains("Non-2xx") && !report.contains("Socket errors"));
  }

  private static String found(String report, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(report);
    if (!matcher.find()) {
      throw new IllegalStateException("wrk said something unexpected: " + report);
    }
    return matcher.group(1);
  }

  private static double millis(String duration) {
    double number = Double.parseDouble(duration.replaceAll("[a-z]", ""));
    return switch (duration.replaceAll("[0-9.]", "")) {
      case "us" -> number / 1_000;
      case "ms" -> number;
      case "s" -> number * 1_000;
      default -> throw new IllegalStateException("wrk said something unexpected: " + duration);
    };
  }
}
