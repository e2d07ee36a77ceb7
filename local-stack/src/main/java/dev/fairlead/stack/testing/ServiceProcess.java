package dev.fairlead.stack.testing;

import dev.fairlead.stack.Executables;
import dev.fairlead.stack.Ports;
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
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A service as it really runs, with the class path of the test: a process of its own that can be
 * killed and started again, on the shared broker and a database of its own.
 */
public final class ServiceProcess implements AutoCloseable {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration READY_LIMIT = Duration.ofMinutes(3);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  private final Class<?> service;
  private final Shared.Database database;
  private final Map<String, String> environment;
  private final Path tokens;
  private final int port = Ports.free();
  private final HttpClient client = HttpClient.newHttpClient();
  private Process process;

  private ServiceProcess(
      Class<?> service,
      Shared.Database database,
      Map<String, String> environment,
      Path tokens,
      Path log)
      throws IOException {
    this.service = service;
    this.database = database;
    this.environment = environment;
    this.tokens = tokens;
    Files.deleteIfExists(log);
    this.process = launch();
  }

  /** An answer: its status, and its body read as JSON. */
  public record Answer(int status, JsonNode body) {}

  /**
   * Starts the service and returns when it says that it is ready.
   *
   * @param service the class with its {@code main}
   * @param people the names of who may call, each with a role
   * @param environment the service's own settings, as environment variables
   * @throws AssertionError when it is not ready within 3 min
   */
  public static ServiceProcess start(
      Class<?> service,
      Path folder,
      Shared.Database database,
      Map<String, String> people,
      Map<String, String> environment)
      throws IOException, InterruptedException {
    Path tokens = folder.resolve("tokens.yaml");
    StringBuilder file = new StringBuilder("tokens:\n");
    people.forEach((name, role) -> file.append(token(name, role)));
    Files.writeString(tokens, file);
    ServiceProcess started =
        new ServiceProcess(service, database, environment, tokens, logOf(service));
    try {
      started.awaitReady();
    } catch (AssertionError | InterruptedException e) {
      started.kill();
      throw e;
    }
    return started;
  }

  public Shared.Database database() {
    return database;
  }

  /** SIGKILL. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** The same command again. */
  public void startAgain() throws IOException, InterruptedException {
    process = launch();
    awaitReady();
  }

  public Answer get(String as, String path) throws IOException, InterruptedException {
    return send(as, "GET", path, "");
  }

  /**
   * Posts as somebody, and waits for the answer.
   *
   * @param body as it is when it is a text, otherwise written as JSON
   */
  public Answer post(String as, String path, Object body) throws IOException, InterruptedException {
    return send(
        as, "POST", path, body instanceof String text ? text : JSON.writeValueAsString(body));
  }

  /** Sends a request as somebody who was named at the start; their token is their name's. */
  public Answer send(String as, String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)))
            .timeout(ANSWER_LIMIT)
            .header("Authorization", "Bearer " + secretOf(as))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
    boolean json =
        response.headers().firstValue("Content-Type").orElse("").contains("json")
            && !response.body().isBlank();
    return new Answer(
        response.statusCode(),
        json ? JSON.readTree(response.body()) : JSON.getNodeFactory().stringNode(response.body()));
  }

  public String log() throws IOException {
    return Files.readString(logOf(service));
  }

  private Process launch() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    Executables.java().toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx256m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    service.getName()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(logOf(service).toFile()));
    builder
        .environment()
        .putAll(
            Map.of(
                "FAIRLEAD_PORT", Integer.toString(port),
                "FAIRLEAD_KAFKA", Shared.kafka().bootstrapServers(),
                "FAIRLEAD_DB_URL", database.jdbcUrl(),
                "FAIRLEAD_DB_USER", database.user(),
                "FAIRLEAD_DB_PASSWORD", database.password(),
                "FAIRLEAD_SECURITY_TOKENSFILE", tokens.toString()));
    builder.environment().putAll(environment);
    return builder.start();
  }

  private void awaitReady() throws InterruptedException {
    long deadline = System.nanoTime() + READY_LIMIT.toNanos();
    while (!isReady()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new AssertionError(
            "%s is not ready; see %s".formatted(service.getSimpleName(), logOf(service)));
      }
      Thread.sleep(100);
    }
  }

  private boolean isReady() throws InterruptedException {
    try {
      URI readiness = URI.create("http://127.0.0.1:%d/actuator/health/readiness".formatted(port));
      HttpRequest request = HttpRequest.newBuilder(readiness).timeout(ANSWER_LIMIT).build();
      return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false; // nobody listens yet
    }
  }

  /** Outside the folder of the test, so that it is there to be read after a failure. */
  private static Path logOf(Class<?> service) {
    return Path.of("target", service.getSimpleName() + "-under-test.log");
  }

  private static String secretOf(String name) {
    return "token-of-" + name;
  }

  private static String token(String name, String role) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(secretOf(name).getBytes(StandardCharsets.UTF_8));
      return "  - name: %s\n    roles: [%s]\n    sha256: %s\n"
          .formatted(name, role, HexFormat.of().formatHex(hash));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP_LIMIT)) {
      kill();
    }
    client.close();
  }
}
