package dev.fairlead.benchmarks;

import dev.fairlead.stack.Executables;
import dev.fairlead.stack.KafkaBroker;
import dev.fairlead.stack.Lifetime;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.PostgresServer;
import dev.fairlead.stack.Program;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One deployer and one edge proxy as {@code fairlead up} runs them, with a broker and PostgreSQL of
 * their own. What they deploy is busybox's web server, which is ready a few milliseconds after its
 * start: what is measured is Fairlead.
 */
final class DeployerRig implements AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String TOKEN = "a-token-for-the-benchmark";
  private static final String SHA256_OF_ADA =
      "fdee430d40bd57deeac186cd9790033d0f06f909a8806e7ce6e717ab7c7d5029";
  private static final List<String> JVM =
      List.of(
          "-Xss512k",
          "-XX:+UseSerialGC",
          "-XX:+UseCompactObjectHeaders",
          "-XX:TrimNativeHeapInterval=10000",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private final Distribution distribution;
  private final Path folder;
  private final KafkaBroker kafka;
  private final PostgresServer postgres;
  private final int deployerPort = Ports.free();
  private final int edgePort = Ports.free();
  private final int edgeAdminPort = Ports.free();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Process edge;
  private final Process deployer;

  /**
   * @param distribution whose jars run
   */
  DeployerRig(Distribution distribution, Path folder) throws Exception {
    this.distribution = distribution;
    this.folder = folder;
    kafka = KafkaBroker.start(folder.resolve("kafka"), Ports.free());
    postgres = PostgresServer.start(folder.resolve("postgres"), Ports.free());
    edge =
        start(
            "edge-proxy",
            "dev.fairlead.edge.EdgeProxy",
            List.of("-Xmx128m", "-Xmn24m"),
            Map.of(
                "FAIRLEAD_EDGE_PORT", Integer.toString(edgePort),
                "FAIRLEAD_EDGE_ADMIN_PORT", Integer.toString(edgeAdminPort),
                "FAIRLEAD_EDGE_STATE", folder.resolve("routes.json").toString(),
                "FAIRLEAD_EDGE_TOKEN", TOKEN));
    deployer =
        start(
            "deployer-service",
            "dev.fairlead.deployer.DeployerService",
            List.of("-Xmx104m", "-Xmn12m", "-XX:TieredStopAtLevel=1"),
            deployerSettings());
    await(() -> get("/actuator/health/readiness").status() == 200);
  }

  /** An answer of the deployer. */
  record Answer(int status, JsonNode body) {

    String text(String field) {
      return body.path(field).asString("");
    }
  }

  private Map<String, String> deployerSettings() throws IOException {
    Path tokens =
        Files.writeString(
            folder.resolve("tokens.yaml"),
            "tokens:\n  - {name: ada, roles: [admin], sha256: %s}\n".formatted(SHA256_OF_ADA));
    Path token = Files.writeString(folder.resolve("edge-token"), TOKEN);
    return Map.ofEntries(
        Map.entry("FAIRLEAD_PORT", Integer.toString(deployerPort)),
        Map.entry("FAIRLEAD_KAFKA", kafka.bootstrapServers()),
        Map.entry("FAIRLEAD_DB_URL", postgres.createDatabase("deployer")),
        Map.entry("FAIRLEAD_DB_USER", postgres.user()),
        Map.entry("FAIRLEAD_DB_PASSWORD", postgres.password()),
        Map.entry("FAIRLEAD_SECURITY_TOKENSFILE", tokens.toString()),
        Map.entry("FAIRLEAD_DEPLOYER_HOME", folder.resolve("home").toString()),
        Map.entry("FAIRLEAD_DEPLOYER_LEASTDISKFREE", "1MB"),
        Map.entry("FAIRLEAD_DEPLOYER_EDGE_ADMIN", "http://127.0.0.1:" + edgeAdminPort),
        Map.entry("FAIRLEAD_DEPLOYER_EDGE_TRAFFIC", "http://127.0.0.1:" + edgePort),
        Map.entry("FAIRLEAD_DEPLOYER_EDGE_TOKEN", "secret:file:" + token));
  }

  private Process start(
      String module, String main, List<String> options, Map<String, String> environment)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(Executables.java().toString()));
    command.addAll(JVM);
    command.addAll(options);
    command.addAll(List.of("-cp", distribution.classPath(List.of(module)), main));
    return Program.start(
        command, environment, folder, folder.resolve(module + ".log"), Lifetime.OF_THIS_JVM);
  }

  /**
   * Of processes.
   *
   * @param bake how long the old instances stay warm
   */
  void apply(String application, String strategy, int replicas, String bake) {
    apply(
        """
        artifact: {archive: "app-{version}.zip"}
        command: [sh, -c, 'exec busybox httpd -f -p 127.0.0.1:$PORT -h .']
        """,
        application,
        strategy,
        replicas,
        bake);
  }

  /** One container, replaced at once. */
  void applyImage(String application) {
    apply(
        """
        runtime: docker
        artifact: {image: "%s:{version}"}
        port: 8080
        """
            .formatted(BusyboxImage.NAME),
        application,
        "{rolling: {batch: 1}}",
        1,
        "0s");
  }

  private void apply(String what, String application, String strategy, int replicas, String bake) {
    Answer answer =
        post(
            "/applications",
            Map.of(
                "directory",
                folder.toString(),
                "manifest",
                what
                    + """
                    application: %1$s
                    replicas: %3$d
                    health: {path: /health, interval: 50ms, stay-healthy: 50ms, within: 60s}
                    route: {host: %1$s.localhost}
                    strategy: %2$s
                    drain: 2s
                    bake: %4$s
                    verification: {window: 0s, minimum-requests: 1}
                    environments: {staging: {}}
                    """
                        .formatted(application, strategy, replicas, bake)));
    require(answer, answer.status() < 300);
  }

  /** Builds the archive of a version: one file that holds its name, and one for health. */
  void build(String version) throws IOException {
    try (ZipOutputStream zip =
        new ZipOutputStream(
            Files.newOutputStream(folder.resolve("app-%s.zip".formatted(version))))) {
      for (String name : List.of("index.html", "health")) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(version.getBytes());
      }
    }
  }

  /** The folder of everything that is measured with. */
  Path folder() {
    return folder;
  }

  String deploy(String application, String version) {
    Answer answer =
        post(
            "/deployments",
            Map.of("application", application, "environment", "staging", "version", version));
    require(answer, answer.status() == 202);
    return answer.text("deployment");
  }

  void awaitState(String deployment, String state) throws InterruptedException {
    await(() -> get("/deployments/" + deployment).text("state").equals(state));
  }

  /** What a visitor gets at the moment; empty for anything but 200. */
  String visit(String application) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/".formatted(edgePort)))
                .header("Host", application + ".localhost")
                .build(),
            BodyHandlers.ofString());
    return answer.statusCode() == 200 ? answer.body() : "";
  }

  Answer get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(deployerUri(path)));
  }

  Answer post(String path, Object body) {
    try {
      return send(
          HttpRequest.newBuilder(deployerUri(path))
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString(JSON.writeValueAsString(body))));
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(path, e);
    }
  }

  /** Gives the route of the name exactly one instance, by the edge proxy's own API. */
  void swap(String route, long fence, String id, int port)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:%d/routes/%s".formatted(edgeAdminPort, route)))
                .header("Authorization", "Bearer " + TOKEN)
                .PUT(
                    BodyPublishers.ofString(
                        """
                        {"fence":%d,"match":{"host":"%s.localhost","pathPrefix":"/"},
                         "instances":[{"id":"%s","address":"127.0.0.1:%d"}]}
                        """
                            .formatted(fence, route, id, port)))
                .build(),
            BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException("the route was refused: " + answer.body());
    }
  }

  /** The most memory the deployer ever had resident. */
  long deployerPeakMegabytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/%d/status".formatted(deployer.pid()))).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }

  interface Condition {
    boolean holds() throws IOException, InterruptedException;
  }

  static void await(Condition condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofMinutes(5).toNanos();
    while (!holds(condition)) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("waited for five minutes in vain");
      }
      Thread.sleep(2);
    }
  }

  private static boolean holds(Condition condition) throws InterruptedException {
    try {
      return condition.holds();
    } catch (IOException notYet) {
      return false;
    }
  }

  private URI deployerUri(String path) {
    return URI.create("http://127.0.0.1:%d%s".formatted(deployerPort, path));
  }

  private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(request.header("Authorization", "Bearer ada").build(), BodyHandlers.ofString());
    return new Answer(answer.statusCode(), JSON.readTree(answer.body()));
  }

  private static void require(Answer answer, boolean good) {
    if (!good) {
      throw new IllegalStateException("refused: " + answer);
    }
  }

  @Override
  public void close() {
    deployer.destroyForcibly();
    edge.destroyForcibly();
    ProcessHandle.allProcesses().filter(this::isInstance).forEach(ProcessHandle::destroyForcibly);
    postgres.close();
    kafka.close();
    http.close();
  }

  private boolean isInstance(ProcessHandle process) {
    try {
      return Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd"))
          .startsWith(folder.toRealPath().resolve("home"));
    } catch (IOException gone) {
      return false;
    }
  }
}
