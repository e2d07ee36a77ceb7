package dev.fairlead.benchmarks;

import dev.fairlead.benchmarks.Proxies.Proxy;
import dev.fairlead.benchmarks.Wrk.Load;
import dev.fairlead.benchmarks.Wrk.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Requests a second and latency of the edge proxy, side by side with HAProxy: the same wrk asks the
 * same backend through one and the other in turns, so that a busy machine is busy for both. The
 * backend is a HAProxy that answers by itself, fast enough not to be what is measured.
 *
 * <p>Needs {@code haproxy} and {@code wrk} on the path.
 */
public final class EdgeBenchmark {
  private static final int ROUNDS = 3;
  private static final int WARM_UP_SECONDS = 10;
  private static final String POST =
      "wrk.method = 'POST'\nwrk.body = string.rep('x', 1024)\nwrk.headers['Content-Type'] = 'text/plain'\n";

  /** Each connection pauses before a request, so that all together ask at a rate of ours. */
  private static final String PACED = "function delay() return math.random(0, %d) end\n";

  private static final int PACED_CONNECTIONS = 64;
  private static final double[] SHARES_OF_MOST = {0.1, 0.3, 0.55};

  private final Path folder;
  private final int seconds;

  private EdgeBenchmark(Path folder, int seconds) {
    this.folder = folder;
    this.seconds = seconds;
  }

  public static void main(String[] arguments) throws Exception {
    int seconds = arguments.length == 0 ? 4 : Integer.parseInt(arguments[0]);
    Path folder = Files.createTempDirectory("edge-benchmark");
    try (Proxies proxies = new Proxies(folder)) {
      new EdgeBenchmark(folder, seconds).run(proxies.start());
    }
  }

  private void run(Proxies.Running proxies) throws Exception {
    Proxy ours = proxies.edgeProxy();
    Proxy theirs = proxies.haproxy();
    Proxy none = proxies.none();
    String post = "-s" + write("post.lua", POST);
    double most = compare(List.of(ours, theirs), new Load("GET, 64 connections", 64, ""));
    for (double share : SHARES_OF_MOST) {
      atEqualRate(List.of(ours, theirs, none), share * most);
    }
    compare(List.of(ours, theirs), new Load("POST of 1 KiB, 64 connections", 64, post));
    compare(List.of(ours, none), new Load("GET, 2 connections", 2, ""));
    System.out.printf("edge proxy resident: %d MB%n", ours.resident().megabytes());
  }

  /** What users feel of it: no proxy is at its limit, and all have the same to do. */
  private void atEqualRate(List<Proxy> proxies, double rate) throws Exception {
    long pause = Math.max(1, Math.round(1_000 * PACED_CONNECTIONS / rate));
    String title = "GET, %.0f requests/s".formatted(1_000.0 * PACED_CONNECTIONS / pause);
    String script = "-s" + write("paced.lua", PACED.formatted(2 * pause));
    List<List<Run>> runs = taken(proxies, new Load(title, PACED_CONNECTIONS, script));
    double ours = 0;
    for (int i = 0; i < proxies.size(); i++) {
      List<Run> slowestLast =
          runs.get(i).stream().sorted(Comparator.comparingDouble(Run::p99Millis)).toList();
      Run median = slowestLast.get(slowestLast.size() / 2);
      print(new Load(title, PACED_CONNECTIONS, script), proxies.get(i), median);
      if (i == 0) {
        ours = median.p99Millis();
      } else {
        System.out.printf(
            "%s: p99 of the edge proxy is %+.2f ms to that of %s%n",
            title, ours - median.p99Millis(), proxies.get(i).name());
      }
    }
  }

  /**
   * @return requests a second of the last of the proxies
   */
  private double compare(List<Proxy> proxies, Load load) throws Exception {
    List<List<Run>> runs = taken(proxies, load);
    Run ours = median(runs.getFirst());
    Run theirs = median(runs.getLast());
    print(load, proxies.getFirst(), ours);
    print(load, proxies.getLast(), theirs);
    System.out.printf(
        "%s: %.0f %% of the requests/s of %s, with %.1f times its processor time a request%n",
        load.title(),
        100 * ours.requestsPerSecond() / theirs.requestsPerSecond(),
        proxies.getLast().name(),
        ours.cpuMicros() / theirs.cpuMicros());
    return theirs.requestsPerSecond();
  }

  private List<List<Run>> taken(List<Proxy> proxies, Load load) throws Exception {
    List<List<Run>> runs = proxies.stream().<List<Run>>map(_ -> new ArrayList<>()).toList();
    Wrk.ask(proxies.getFirst(), WARM_UP_SECONDS, load); // until the JVM has compiled what is hot
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < proxies.size(); i++) {
        runs.get(i).add(Wrk.ask(proxies.get(i), seconds, load));
      }
    }
    return runs;
  }

  private static Run median(List<Run> runs) {
    return runs.stream()
        .sorted(Comparator.comparingDouble(Run::requestsPerSecond))
        .toList()
        .get(runs.size() / 2);
  }

  private static void print(Load load, Proxy proxy, Run run) {
    System.out.printf(
        "%s: %-10s %8.0f requests/s, p50 %s, p99 %s, %.0f us of processor a request%s%n",
        load.title(),
        proxy.name(),
        run.requestsPerSecond(),
        run.p50(),
        run.p99(),
        run.cpuMicros(),
        run.clean() ? "" : ", WITH FAILED REQUESTS");
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
