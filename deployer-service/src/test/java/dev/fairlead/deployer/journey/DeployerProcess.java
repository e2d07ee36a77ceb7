package dev.fairlead.deployer.journey;

import static org.awaitility.Awaitility.await;

import dev.fairlead.deployer.DeployerService;
import dev.fairlead.stack.Executables;
import dev.fairlead.stack.Lifetime;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.Program;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** A deployer as it really runs: a process that can be killed. */
final class DeployerProcess implements AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration READY = Duration.ofMinutes(4);

  private final int port = Ports.free();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Path log;
  private final Process process;

  /**
   * Started, not awaited.
   *
   * @param environment its settings
   */
  DeployerProcess(String name, Path folder, Map<String, String> environment) {
    this(DeployerService.class, name, folder, environment);
  }

  /**
   * Started, not awaited.
   *
   * @param main what is run
   */
  DeployerProcess(Class<?> main, String name, Path folder, Map<String, String> environment) {
    this.log = folder.resolve(name + ".log");
    Map<String, String> own = new HashMap<>(environment);
    own.put("FAIRLEAD_PORT", Integer.toString(port));
    process =
        Program.start(
            List.of(
                Executables.java().toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx160m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()),
            own,
            folder,
            log,
            Lifetime.OF_THIS_JVM);
  }

  DeployerProcess ready() {
    await().atMost(READY).until(this::isReady);
    return this;
  }

  private boolean isReady() {
    if (!process.isAlive()) {
      throw new IllegalStateException("the deployer has ended; see " + log);
    }
    try {
      return get("/actuator/health").status() == 200;
    } catch (AssertionError | JacksonException notYet) {
      return false;
    }
  }

  /** SIGKILL. Its instances live in sessions of their own. */
  void kill() {
    process.destroyForcibly();
    Program.awaitEnd(process.toHandle(), Duration.ofSeconds(10));
  }

  /** How many lines it has written about a deployment. */
  long linesAbout(String deployment) throws IOException {
    try (var lines = Files.lines(log)) {
      return lines.filter(line -> line.contains("deployment=" + deployment)).count();
    }
  }

  /** When it first wrote about a deployment. */
  Optional<Instant> firstLineAbout(String deployment) throws IOException {
    try (var lines = Files.lines(log)) {
      return lines
          .filter(line -> line.contains("deployment=" + deployment))
          .map(line -> Instant.parse(line.substring("time=".length(), line.indexOf(' '))))
          .findFirst();
    }
  }

  Stage.Answer get(String path) {
    return send(HttpRequest.newBuilder(uri(path)));
  }

  Stage.Answer post(String path, Object body) {
    return send(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body))));
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:%d%s".formatted(port, path));
  }

  private Stage.Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> answer =
          http.send(
              request.header("Authorization", "Bearer ada").timeout(READY).build(),
              HttpResponse.BodyHandlers.ofString());
      return new Stage.Answer(answer.statusCode(), JSON.readTree(answer.body()));
    } catch (IOException e) {
      throw new AssertionError("%s; see %s".formatted(e, log), e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    kill();
    http.close();
  }
}
