package dev.fairlead.benchmarks;

import dev.fairlead.stack.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
  private static final String TOKEN = "a-token-for-the-benchmark";
  private static final String POST =
      "wrk.method = 'POST'\nwrk.body = string.rep('x', 1024)\nwrk.headers['Content-Type'] = 'text/plain'\n";

  /** Each connection pauses before a request, so that all together ask at a rate of ours. */
  private static final String PACED = "function delay() return math.random(0, %d) end\n";

  private static final int PACED_CONNECTIONS = 64;
  private static final double[] SHARES_OF_MOST = {0.1, 0.3, 0.55};

  private final Path folder;
  private final List<Process> processes = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private final int backend = Ports.free();
  private final int haproxy = Ports.free();
  private final int edge = Ports.free();
  private final int edgeAdmin = Ports.free();

  private EdgeBenchmark(Path folder) {
    this.folder = folder;
  }

  public static void main(String[] arguments) throws Exception {
    int seconds = arguments.length == 0 ? 4 : Integer.parseInt(arguments[0]);
    EdgeBenchmark benchmark = new EdgeBenchmark(Files.createTempDirectory("edge-benchmark"));
    try {
      List<Proxy> proxies = benchmark.start();
      String post = "-s" + benchmark.write("post.lua", POST);
      double most = compare(proxies, new Load("GET, 64 connections", 64, ""), seconds);
      Proxy none = new Proxy("no proxy", benchmark.backend, benchmark.processes.getFirst().pid());
      List<Proxy> all = List.of(proxies.getFirst(), proxies.getLast(), none);
      for (double share : SHARES_OF_MOST) {
        benchmark.atEqualRate(all, share * most, seconds);
      }
      compare(proxies, new Load("POST of 1 KiB, 64 connections", 64, post), seconds);
      compare(List.of(proxies.getFirst(), none), new Load("GET, 2 connections", 2, ""), seconds);
      System.out.printf("edge proxy resident: %d MB%n", residentMegabytes(proxies.getFirst()));
    } finally {
      benchmark.stop();
    }
  }

  /** One run of wrk. */
  private record Run(
      double requestsPerSecond, String p50, String p99, double cpuMicros, boolean clean) {}

  /** What wrk asks, and how. */
  private record Load(String title, int connections, String script) {}

  /** A proxy under measurement. */
  private record Proxy(String name, int port, long pid) {}

  private List<Proxy> start() throws Exception {
    started(haproxy("backend.cfg", backendConfiguration()));
    Process peer = started(haproxy("proxy.cfg", proxyConfiguration()));
    Process ours = startEdge();
    awaitAnswer("http://127.0.0.1:" + haproxy + "/");
    awaitAnswer("http://127.0.0.1:" + edgeAdmin + "/health");
    route();
    awaitAnswer("http://127.0.0.1:" + edge + "/");
    return List.of(
        new Proxy("edge proxy", edge, ours.pid()), new Proxy("HAProxy", haproxy, peer.pid()));
  }

  /** What users feel of it: no proxy is at its limit, and all have the same to do. */
  private void atEqualRate(List<Proxy> proxies, double rate, int seconds) throws Exception {
    long pause = Math.max(1, Math.round(1_000 * PACED_CONNECTIONS / rate));
    String title = "GET, %.0f requests/s".formatted(1_000.0 * PACED_CONNECTIONS / pause);
    String script = "-s" + write("paced.lua", PACED.formatted(2 * pause));
    List<List<Run>> runs = taken(proxies, new Load(title, PACED_CONNECTIONS, script), seconds);
    double ours = 0;
    for (int i = 0; i < proxies.size(); i++) {
      List<Run> slowestLast =
          runs.get(i).stream()
              .sorted(Comparator.comparingDouble(run -> millis(run.p99())))
              .toList();
      Run median = slowestLast.get(slowestLast.size() / 2);
      print(new Load(title, PACED_CONNECTIONS, script), proxies.get(i), median);
      if (i == 0) {
        ours = millis(median.p99());
      } else {
        System.out.printf(
            "%s: p99 of the edge proxy is %+.2f ms to that of %s%n",
            title, ours - millis(median.p99()), proxies.get(i).name());
      }
    }
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

  /**
   * @return requests a second of the last of the proxies
   */
  private static double compare(List<Proxy> proxies, Load load, int seconds) throws Exception {
    List<List<Run>> runs = taken(proxies, load, seconds);
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

  private static List<List<Run>> taken(List<Proxy> proxies, Load load, int seconds)
      throws Exception {
    List<List<Run>> runs = proxies.stream().<List<Run>>map(_ -> new ArrayList<>()).toList();
    wrk(proxies.getFirst(), WARM_UP_SECONDS, load); // until the JVM has compiled what is hot
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < proxies.size(); i++) {
        runs.get(i).add(wrk(proxies.get(i), seconds, load));
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

  private static Run wrk(Proxy proxy, int seconds, Load load) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of("wrk", "-t1", "-c" + load.connections(), "-d" + seconds + "s", "--latency"));
    if (!load.script().isEmpty()) {
      command.add(load.script());
    }
    command.add("http://127.0.0.1:" + proxy.port() + "/");
    Duration before = cpuOf(proxy);
    Process wrk = new ProcessBuilder(command).redirectErrorStream(true).start();
    String report = new String(wrk.getInputStream().readAllBytes());
    wrk.waitFor();
    double requests = Double.parseDouble(found(report, "(\\d+) requests in"));
    return new Run(
        Double.parseDouble(found(report, "Requests/sec:\\s+([0-9.]+)")),
        found(report, "\\s50%\\s+(\\S+)"),
        found(report, "\\s99%\\s+(\\S+)"),
        cpuOf(proxy).minus(before).toNanos() / 1_000.0 / requests,
        !report.contains("Non-2xx") && !report.contains("Socket errors"));
  }

  /** Processor time is a fair measure even where other programs want the processor, too. */
  private static Duration cpuOf(Proxy proxy) {
    return ProcessHandle.of(proxy.pid())
        .flatMap(process -> process.info().totalCpuDuration())
        .orElse(Duration.ZERO);
  }

  private static String found(String report, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(report);
    if (!matcher.find()) {
      throw new IllegalStateException("wrk said something unexpected: " + report);
    }
    return matcher.group(1);
  }

  private Process startEdge() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-Xmn24m",
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.fairlead.edge.EdgeProxy");
    builder
        .environment()
        .putAll(
            Map.of(
                "FAIRLEAD_EDGE_PORT", String.valueOf(edge),
                "FAIRLEAD_EDGE_ADMIN_PORT", String.valueOf(edgeAdmin),
                "FAIRLEAD_EDGE_TOKEN", TOKEN,
                "FAIRLEAD_EDGE_STATE", folder.resolve("routes.json").toString()));
    return started(builder);
  }

  private void route() throws Exception {
    String body =
        """
        {"fence":1,"match":{"pathPrefix":"/"},
         "instances":[{"id":"backend","address":"127.0.0.1:%d"}]}
        """
            .formatted(backend);
    HttpRequest put =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + edgeAdmin + "/routes/benchmark"))
            .header("Authorization", "Bearer " + TOKEN)
            .PUT(HttpRequest.BodyPublishers.ofString(body))
            .build();
    var answer = http.send(put, BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException("the route was refused: " + answer.body());
    }
  }

  private String backendConfiguration() {
    return defaults()
        + """
        frontend backend
          bind 127.0.0.1:%d
          http-request return status 200 content-type text/plain string "an order"
        """
            .formatted(backend);
  }

  private String proxyConfiguration() {
    return defaults()
        + """
        frontend proxy
          bind 127.0.0.1:%d
          option forwardfor
          default_backend instances
        backend instances
          server one 127.0.0.1:%d
        """
            .formatted(haproxy, backend);
  }

  private static String defaults() {
    return """
        global
          maxconn 4000
        defaults
          mode http
          timeout connect 2s
          timeout client 60s
          timeout server 60s
        """;
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private ProcessBuilder haproxy(String file, String configuration) throws IOException {
    return new ProcessBuilder("haproxy", "-f", write(file, configuration).toString());
  }

  private Process started(ProcessBuilder builder) throws IOException {
    Process process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
            .start();
    processes.add(process);
    return process;
  }

  private void awaitAnswer(String uri) throws Exception {
    long end = System.nanoTime() + 20_000_000_000L;
    while (true) {
      try {
        http.send(HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.discarding());
        return;
      } catch (IOException e) {
        if (System.nanoTime() > end) {
          throw new IllegalStateException(uri + " does not answer; see " + folder, e);
        }
        Thread.sleep(50);
      }
    }
  }

  private static long residentMegabytes(Proxy proxy) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + proxy.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElse(0);
  }

  private void stop() {
    processes.forEach(Process::destroyForcibly);
    http.close();
  }
}
