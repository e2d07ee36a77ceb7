package dev.fairlead.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.fairlead.events.ApplicationEvent.ApplicationApplied;
import dev.fairlead.events.ApplicationEvent.ApplicationRemoved;
import dev.fairlead.events.ApplicationEvent.HealthTarget;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.HealthEvent;
import dev.fairlead.events.HealthEvent.HealthDegraded;
import dev.fairlead.events.HealthEvent.HealthRecovered;
import dev.fairlead.events.ProbeKind;
import dev.fairlead.events.Severity;
import dev.fairlead.events.TargetId;
import dev.fairlead.events.Topic;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.PostgresServer;
import dev.fairlead.stack.testing.Facts;
import dev.fairlead.stack.testing.Shared;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole service on a real broker and a real database, killed in between. */
class HealthServiceTest {

  private static final ApplicationName ORDERS = new ApplicationName("orders");
  private static final EnvironmentName TEST = new EnvironmentName("test");
  private static final String ID = "orders/test/http";
  private static final Predicate<HealthEvent> OURS = event -> event.target().value().equals(ID);

  @Test
  @DisplayName("an applied application degrades and recovers in one incident, kill -9 or not")
  void journey(@TempDir Path folder) throws Exception {
    int port = Ports.free();
    try (HealthProcess health = HealthProcess.start(folder);
        Facts facts =
            Facts.on(Topic.HEALTH.topicName(), Topic.APPLICATIONS.deadLetters("health"))) {
      HttpServer server = serve(port);
      facts.tell("deployer", applied(List.of(http(ID, port, 3))));
      health.awaitVerdict(ID, "healthy");

      server.stop(0);
      awaitFailures(health, 1);
      health.killAndRestart();
      HealthDegraded down = facts.await(HealthDegraded.class, 1, OURS).getFirst();
      assertThat(down.target()).isEqualTo(new TargetId(ID));
      assertThat(down.application()).isEqualTo(ORDERS);
      assertThat(down.failures()).isEqualTo(3);
      assertThat(down.reason())
          .isEqualTo("http://127.0.0.1:%d/health: connection refused".formatted(port));
      health.awaitVerdict(ID, "degraded");
      assertThat(health.target(ID).path("incident").asString())
          .isEqualTo(down.incident().toString());

      health.kill();
      HttpServer again = serve(port);
      health.killAndRestart();
      HealthRecovered up = facts.await(HealthRecovered.class, 1, OURS).getFirst();
      assertThat(up.incident()).isEqualTo(down.incident());
      assertThat(up.downMillis())
          .isBetween(1_000L, Duration.between(down.firstFailureAt(), Instant.now()).toMillis());
      health.awaitVerdict(ID, "healthy");
      assertThat(facts.seen(HealthDegraded.class, OURS)).hasSize(1);

      var details = health.get("/targets/" + ID);
      assertThat(details.path("recent").get(0).path("outcome").asString()).isEqualTo("up");
      assertThat(health.ask("/targets/nowhere/at/all").status()).isEqualTo(404);

      facts.tell("deployer", applied(List.of(http(ID, port, 0), http("orders/test/other", 0, 3))));
      assertThat(facts.awaitDeadLetterReason()).isNotEmpty();
      assertThat(health.target(ID).path("verdict").asString()).isEqualTo("healthy");

      again.stop(0);
      facts.await(HealthDegraded.class, 2, OURS);
      facts.tell("deployer", new ApplicationRemoved(ORDERS, TEST));
      HealthRecovered removed = facts.await(HealthRecovered.class, 2, OURS).getLast();
      assertThat(removed.incident())
          .as("nobody looks any more, so the incident ends")
          .isEqualTo(facts.seen(HealthDegraded.class, OURS).getLast().incident());
      await().atMost(Duration.ofSeconds(10)).until(() -> health.target(ID).isMissingNode());

      followsTheTargetsFile(health);
    }
  }

  @Test
  @DisplayName("while its own database is away nothing is called down, and afterwards it goes on")
  void databaseAway(@TempDir Path folder) throws Exception {
    Path data = Files.createTempDirectory("health-postgres-");
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx--x--x"));
    int postgresPort = Ports.free();
    int port = Ports.free();
    PostgresServer postgres = PostgresServer.start(data.resolve("data"), postgresPort);
    var database =
        new Shared.Database(
            "health", postgres.createDatabase("health"), postgres.user(), postgres.password());
    try (HealthProcess health = HealthProcess.start(folder, database);
        Facts facts = Facts.on(Topic.HEALTH.topicName())) {
      HttpServer server = serve(port);
      String id = "orders/outage/http";
      facts.tell("deployer", applied(new EnvironmentName("outage"), List.of(http(id, port, 3))));
      health.awaitVerdict(id, "healthy");

      postgres.kill();
      server.stop(0);
      health.awaitVerdict(id, "unknown");
      assertThat(health.target(id).path("lastReason").asString())
          .isEqualTo("this prober's own database is away");
      server = serve(port);
      postgres = PostgresServer.start(data.resolve("data"), postgresPort);
      health.awaitVerdict(id, "healthy");

      server.stop(0);
      facts.await(HealthDegraded.class, 1, down -> down.target().value().equals(id));
      assertThat(facts.seen(HealthDegraded.class, down -> down.target().value().equals(id)))
          .as("only what failed after the database was back")
          .hasSize(1);
    } finally {
      postgres.kill();
      deleteAll(data);
    }
  }

  private static void deleteAll(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }

  private static void followsTheTargetsFile(HealthProcess health) throws Exception {
    Files.writeString(
        health.targetsFile(),
        """
        targets:
          - {id: database, probe: postgresql, address: "%s", everySeconds: 1, username: fairlead}
        """
            .formatted(Shared.postgres().jdbcUrl("postgres")));
    await().atMost(Duration.ofSeconds(20)).until(() -> !health.target("database").isMissingNode());
    Files.writeString(health.targetsFile(), "targets: [{id: database}]\n");
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> health.log().contains("targets[0]: missing probe, address"));
    assertThat(health.target("database").isMissingNode()).as("the last good one stays").isFalse();
  }

  /** Until so many failures are saved, and not yet enough for a verdict. */
  private static void awaitFailures(HealthProcess health, int count) {
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> failuresSaved(health) >= count);
  }

  private static int failuresSaved(HealthProcess health) throws Exception {
    var database = health.database();
    try (Connection connection =
            DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
        ResultSet row =
            connection
                .createStatement()
                .executeQuery("SELECT jsonb_array_length(state -> 'failures') FROM verdicts")) {
      return row.next() ? row.getInt(1) : 0;
    }
  }

  private static ApplicationApplied applied(List<HealthTarget> targets) {
    return applied(TEST, targets);
  }

  private static ApplicationApplied applied(
      EnvironmentName environment, List<HealthTarget> targets) {
    return new ApplicationApplied(
        ORDERS, environment, "0".repeat(64), null, targets, List.of(), Map.of());
  }

  private static HealthTarget http(String id, int port, int failures) {
    return new HealthTarget(
        new TargetId(id),
        ProbeKind.HTTP,
        "http://127.0.0.1:%d/health".formatted(port),
        1,
        900,
        200,
        "fine",
        null,
        null,
        null,
        Severity.CRITICAL,
        failures,
        120,
        2);
  }

  private static HttpServer serve(int port) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
    server.createContext(
        "/health",
        exchange -> {
          exchange.sendResponseHeaders(200, 4);
          exchange
              .getResponseBody()
              .write("fine".getBytes(java.nio.charset.StandardCharsets.UTF_8));
          exchange.close();
        });
    server.start();
    return server;
  }
}
