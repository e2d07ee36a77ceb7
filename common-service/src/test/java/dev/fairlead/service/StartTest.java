package dev.fairlead.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.service.probe.ProbeService;
import dev.fairlead.stack.KafkaBroker;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.PostgresServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A service that is started before its neighbours")
class StartTest {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final int port = Ports.free();
  private final int kafkaPort = Ports.free();
  private final int postgresPort = Ports.free();
  private @Nullable Process service;

  @TempDir Path folder;

  @AfterEach
  void killService() throws InterruptedException {
    if (service != null) {
      service.destroyForcibly().waitFor();
    }
  }

  @Test
  @DisplayName("waits for PostgreSQL, then for Kafka, is ready after both, and ends in order")
  void waits() throws Exception {
    Process started = start(PostgresServer.USER, "not-yet-known");
    await().atMost(PATIENCE).until(() -> log().contains("neighbour=postgresql state=unreachable"));
    started.destroy();
    assertThat(started.waitFor(20, TimeUnit.SECONDS)).as("ends while it waits").isTrue();

    try (PostgresServer postgres = PostgresServer.start(folder.resolve("postgres"), postgresPort)) {
      postgres.createDatabase("probe");
      started = start(postgres.user(), postgres.password());
      await().atMost(PATIENCE).until(() -> log().contains("neighbour=kafka state=unreachable"));
      assertThat(status("/actuator/health/liveness")).isEqualTo(200);
      assertThat(status("/actuator/health/readiness")).isEqualTo(503);

      try (KafkaBroker kafka = KafkaBroker.start(folder.resolve("kafka"), kafkaPort)) {
        await().atMost(PATIENCE).until(() -> status("/actuator/health/readiness") == 200);

        started.destroy();
        assertThat(started.waitFor(30, TimeUnit.SECONDS)).as("ends on SIGTERM").isTrue();
        assertThat(started.exitValue()).isEqualTo(128 + 15);
        assertThat(log()).doesNotContain("level=ERROR");
      }
    }
  }

  private Process start(String user, String password) throws IOException {
    Path arguments = folder.resolve("service.args");
    Files.writeString(
        arguments,
        String.join(
            "\n",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx128m",
            "-cp",
            "\"" + System.getProperty("java.class.path") + "\"",
            ProbeService.class.getName()));
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "@" + arguments);
    builder
        .environment()
        .putAll(
            Map.of(
                "FAIRLEAD_PORT",
                Integer.toString(port),
                "FAIRLEAD_KAFKA",
                "127.0.0.1:" + kafkaPort,
                "FAIRLEAD_DB_URL",
                "jdbc:postgresql://127.0.0.1:" + postgresPort + "/probe",
                "FAIRLEAD_DB_USER",
                user,
                "FAIRLEAD_DB_PASSWORD",
                password));
    service =
        builder
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("service.log").toFile())
            .start();
    return service;
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("service.log"));
  }

  private int status(String path) throws InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0;
    }
  }
}
