package dev.fairlead.benchmarks;

import dev.fairlead.stack.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Edge proxy and HAProxy in front of one backend, which is a HAProxy that answers by itself. */
final class Proxies implements AutoCloseable {

  private static final String TOKEN = "a-token-for-the-benchmark";

  /** A proxy under measurement. */
  record Proxy(String name, int port, ProcessHandle process) {

    Resident resident() {
      return new Resident(process);
    }
  }

  private final Path folder;
  private final List<Process> processes = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private final int backend = Ports.free();
  private final int haproxy = Ports.free();
  private final int edge = Ports.free();
  private final int edgeAdmin = Ports.free();

  /**
   * Those that run.
   *
   * @param none the backend itself
   */
  record Running(Proxy none, Proxy edgeProxy, Proxy haproxy) {}

  /**
   * @param folder for their configuration and logs
   */
  Proxies(Path folder) {
    this.folder = folder;
  }

  /** Starts all and waits until they answer. */
  Running start() throws Exception {
    Process direct = started(haproxy("backend.cfg", backendConfiguration()));
    Process theirs = started(haproxy("proxy.cfg", proxyConfiguration()));
    Process ours = startEdge();
    awaitAnswer("http://127.0.0.1:" + haproxy + "/");
    awaitAnswer("http://127.0.0.1:" + edgeAdmin + "/health");
    route();
    awaitAnswer("http://127.0.0.1:" + edge + "/");
    return new Running(
        new Proxy("no proxy", backend, direct.toHandle()),
        new Proxy("edge proxy", edge, ours.toHandle()),
        new Proxy("HAProxy", haproxy, theirs.toHandle()));
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

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
    http.close();
  }
}
