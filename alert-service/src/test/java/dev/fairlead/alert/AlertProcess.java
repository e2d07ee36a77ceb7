package dev.fairlead.alert;

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
final class AlertProcess implements AutoCloseable {

  private static final String TOKEN = "on-call-in-the-tests";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path folder;
  private final Shared.Database database = Shared.freshDatabase("alert");
  private final int port = Ports.free();
  private final HttpClient client = HttpClient.newHttpClient();
  private Process process;

  private AlertProcess(Path folder, String settings) throws Exception {
    this.folder = folder;
    Files.writeString(folder.resolve("tokens.yaml"), tokenFile());
    Files.writeString(folder.resolve("alert.yaml"), settings);
    Files.deleteIfExists(logFile());
    this.process = launch();
    awaitReady();
  }

  /**
   * @param settings what alert.yaml says
   */
  static AlertProcess start(Path folder, String settings) throws Exception {
    return new AlertProcess(folder, settings);
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  void start() throws Exception {
    process = launch();
    awaitReady();
  }

  JsonNode get(String path) throws Exception {
    return JSON.readTree(send("GET", path, "").body());
  }

  HttpResponse<String> send(String method, String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)))
            .header("Authorization", "Bearer " + TOKEN)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  /** The newest alert with this fingerprint, as GET /alerts shows it; missing if there is none. */
  JsonNode alert(String fingerprint) throws Exception {
    for (JsonNode alert : get("/alerts?state=all&limit=1000")) {
      if (alert.path("fingerprint").asString("").equals(fingerprint)) {
        return alert;
      }
    }
    return JSON.createObjectNode().path("none");
  }

  /** Waits until the alert is in this state, and gives everything known of it. */
  JsonNode awaitAlert(String fingerprint, String state) throws Exception {
    await(fingerprint + " is " + state)
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .until(() -> alert(fingerprint).path("state").asString("").equals(state));
    return get("/alerts/" + alert(fingerprint).path("alert").asString());
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
                    AlertService.class.getName()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()));
    builder
        .environment()
        .putAll(
            Map.of(
                "FAIRLEAD_PORT", Integer.toString(port),
                "FAIRLEAD_KAFKA", Shared.kafka().bootstrapServers(),
                "FAIRLEAD_DB_URL", database.jdbcUrl(),
                "FAIRLEAD_DB_USER", database.user(),
                "FAIRLEAD_DB_PASSWORD", database.password(),
                "FAIRLEAD_ALERT_CONFIG", folder.resolve("alert.yaml").toString(),
                "FAIRLEAD_SECURITY_TOKENSFILE", folder.resolve("tokens.yaml").toString()));
    return builder.start();
  }

  private void awaitReady() {
    await("alert-service is ready; see " + logFile())
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions()
        .until(() -> send("GET", "/actuator/health/readiness", "").statusCode() == 200);
  }

  /** Outside the folder of the test, so that it is there to be read after a failure. */
  private static Path logFile() {
    return Path.of("target", "alert-service-under-test.log");
  }

  private static String tokenFile() throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(TOKEN.getBytes(StandardCharsets.UTF_8));
    return "tokens:\n  - name: alice\n    roles: [on-call]\n    sha256: %s\n"
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
