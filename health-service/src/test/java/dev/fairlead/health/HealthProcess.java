package dev.fairlead.health;

import static org.awaitility.Awaitility.await;

import dev.fairlead.stack.Ports;
import dev.fairlead.stack.testing.Shared;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service as it really runs: a process of its own, that can be killed and started again. */
final class HealthProcess implements AutoCloseable {

  private static final String TOKEN = "a-viewer-of-the-tests";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path folder;
  private final Shared.Database database;
  private final int port = Ports.free();
  private final HttpClient client = HttpClient.newHttpClient();
  private Process process;

  private HealthProcess(Path folder, Shared.Database database) throws Exception {
    this.folder = folder;
    this.database = database;
    Files.writeString(tokens(), tokenFile());
    Files.deleteIfExists(logFile());
    this.process = launch();
    awaitReady();
  }

  static HealthProcess start(Path folder) throws Exception {
    return start(folder, Shared.freshDatabase("health"));
  }

  static HealthProcess start(Path folder, Shared.Database database) throws Exception {
    return new HealthProcess(folder, database);
  }

  Shared.Database database() {
    return database;
  }

  Path targetsFile() {
    return folder.resolve("targets.yaml");
  }

  /** SIGKILL, then the same command again. */
  void killAndRestart() throws Exception {
    kill();
    process = launch();
    awaitReady();
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  JsonNode get(String path) throws Exception {
    return JSON.readTree(send(path).body());
  }

  HttpResponse<String> send(String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)))
            .header("Authorization", "Bearer " + TOKEN)
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  /** The target as GET /targets shows it; a missing node when it does not. */
  JsonNode target(String id) throws Exception {
    for (JsonNode target : get("/targets")) {
      if (target.path("target").asString("").equals(id)) {
        return target;
      }
    }
    return JSON.createObjectNode().path(id);
  }

  void awaitVerdict(String id, String verdict) {
    await()
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(() -> target(id).path("verdict").asString("").equals(verdict));
  }

  String log() throws IOException {
    return Files.readString(logFile());
  }

  private Process launch() throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    java.toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx256m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    HealthService.class.getName(),
                    "--fairlead.health.targets-file=" + targetsFile()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()));
    if (!Files.exists(targetsFile())) {
      Files.writeString(targetsFile(), "targets: []\n");
    }
    builder
        .environment()
        .putAll(
            Map.of(
                "FAIRLEAD_PORT", Integer.toString(port),
                "FAIRLEAD_KAFKA", Shared.kafka().bootstrapServers(),
                "FAIRLEAD_DB_URL", database.jdbcUrl(),
                "FAIRLEAD_DB_USER", database.user(),
                "FAIRLEAD_DB_PASSWORD", database.password(),
                "FAIRLEAD_SECURITY_TOKENSFILE", tokens().toString()));
    return builder.start();
  }

  private void awaitReady() {
    await("health-service is ready; see " + logFile())
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions()
        .until(() -> send("/actuator/health/readiness").statusCode() == 200);
  }

  /** Outside the folder of the test, so that it is there to be read after a failure. */
  private static Path logFile() {
    return Path.of("target", "health-service-under-test.log");
  }

  private Path tokens() {
    return folder.resolve("tokens.yaml");
  }

  private static String tokenFile() throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(TOKEN.getBytes(StandardCharsets.UTF_8));
    return "tokens:\n  - name: tester\n    roles: [viewer]\n    sha256: %s\n"
        .formatted(HexFormat.of().formatHex(hash));
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(Duration.ofSeconds(20))) {
      kill();
    }
    client.close();
  }
}
