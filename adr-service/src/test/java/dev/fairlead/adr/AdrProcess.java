package dev.fairlead.adr;

import static org.awaitility.Awaitility.await;

import dev.fairlead.stack.Ports;
import dev.fairlead.stack.testing.Shared;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
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
final class AdrProcess implements AutoCloseable {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path folder;
  private final Shared.Database database = Shared.freshDatabase("adr");
  private final int port = Ports.free();
  private final HttpClient client = HttpClient.newHttpClient();
  private Process process;

  AdrProcess(Path folder) throws Exception {
    this.folder = folder;
    Files.writeString(tokens(), tokenFile());
    Files.deleteIfExists(logFile());
    this.process = launch();
    awaitReady();
  }

  /** An answer: its status, and its body read as JSON. */
  record Answer(int status, JsonNode body) {}

  Path repository() {
    return folder.resolve("repository");
  }

  Shared.Database database() {
    return database;
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  void start() throws Exception {
    process = launch();
    awaitReady();
  }

  /** As somebody whose token is their name. */
  Answer post(String as, String path, Object body) throws Exception {
    HttpRequest request =
        request(as, path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)))
            .build();
    return answer(client.send(request, BodyHandlers.ofString()));
  }

  Answer get(String path) throws Exception {
    return answer(client.send(request("vera", path).build(), BodyHandlers.ofString()));
  }

  private static Answer answer(HttpResponse<String> response) {
    String text = response.body().isBlank() ? "{}" : response.body();
    return new Answer(response.statusCode(), JSON.readTree(text));
  }

  private HttpRequest.Builder request(String as, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)))
        .timeout(Duration.ofSeconds(30))
        .header("Authorization", "Bearer token-of-" + as);
  }

  private Process launch() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx256m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    AdrService.class.getName(),
                    "--fairlead.adr.repository=" + repository()))
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
                "FAIRLEAD_SECURITY_TOKENSFILE", tokens().toString()));
    return builder.start();
  }

  private void awaitReady() {
    await("adr-service is ready; see " + logFile())
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions()
        .until(() -> get("/actuator/health/readiness").status() == 200);
  }

  /** Outside the folder of the test, so that it is there to be read after a failure. */
  private static Path logFile() {
    return Path.of("target", "adr-service-under-test.log");
  }

  private Path tokens() {
    return folder.resolve("tokens.yaml");
  }

  private static String tokenFile() throws Exception {
    return "tokens:\n"
        + token("vera", "viewer")
        + token("dana", "deployer")
        + token("alice", "approver");
  }

  private static String token(String name, String role) throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256")
            .digest(("token-of-" + name).getBytes(StandardCharsets.UTF_8));
    return "  - name: %s\n    roles: [%s]\n    sha256: %s\n"
        .formatted(name, role, HexFormat.of().formatHex(hash));
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
