package dev.fairlead.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Json;
import dev.fairlead.cli.demo.Tally;
import dev.fairlead.cli.demo.Traffic;
import dev.fairlead.cli.service.Service;
import dev.fairlead.stack.PostgresServer;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** One story in order: each chapter stands on what the one before has left. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@DisplayName("A suite whose processes are killed")
class CrashJourneyTest {

  private static final int OFFSET = 12_000;
  private static final String STAGING = "staging";
  private static final Duration LONG = Duration.ofMinutes(3);

  /** Files beside the secrets that anybody may know: hashes, a public key, a user's name. */
  private static final Set<String> PUBLIC =
      Set.of("tokens.yaml", "backup.age-recipient", "s3-access-key");

  @TempDir static Path home;

  private static FairleadCommand fairlead;
  private static Traffic traffic;

  @BeforeAll
  static void start() throws Exception {
    Neighbours.require("pg_dump");
    fairlead = new FairleadCommand(home, OFFSET);
    fairlead.run(LONG, "up").succeeded();
    createDatabase();
    fairlead.run("apply", manifestWithFiles().toString()).succeeded();
    traffic =
        new Traffic(
            URI.create("http://127.0.0.1:%d".formatted(7180 + OFFSET)), "orders.staging.localhost");
  }

  @AfterAll
  static void stop() {
    if (traffic != null) {
      traffic.close();
    }
    fairlead.run(LONG, "down").succeeded();
    assertThat(Leftovers.of(home)).isEmpty();
  }

  @Test
  @Order(1)
  @DisplayName("deploys the first version")
  void firstVersion() {
    String id = requested("1");
    awaitPhase(id, "verify");
    traffic.start(20);

    assertThat(awaitEnd(id).text("state")).isEqualTo("succeeded");
  }

  @Test
  @Order(2)
  @DisplayName("ends a rollout as it should after kill -9 of the deployer in the middle of it")
  void deployerKilledInRollout() throws Exception {
    Tally before = traffic.tally();
    String id = requested("2");
    awaitPhase(id, "rollout");

    fairlead.process("deployer").destroyForcibly();
    Json end = awaitEnd(id); // nobody but the keeper starts it again

    assertThat(end.text("state")).as(end.toString()).isEqualTo("succeeded");
    Tally during = traffic.tally().since(before);
    assertThat(during.lost()).as(during.summary()).isZero();
    assertThat(during.errors()).as(during.summary()).isZero();
    assertThat(instances()).as("instances of version 2, none orphaned").hasSize(2);
    assertThat(migrations()).as("no migration twice").containsExactly("1", "2");
  }

  @Test
  @Order(3)
  @DisplayName("restores the database and its files when an incompatible migration is rolled back")
  void incompatibleMigrationRolledBack() throws Exception {
    Path invoice = uploads().resolve("invoice");
    Files.writeString(invoice, "paid");
    String id = requested("5");
    awaitPhase(id, "rollout");
    Files.writeString(invoice, "spoiled by version 5");

    Json end = awaitEnd(id);

    assertThat(end.text("state")).as(end.toString()).isEqualTo("rolled-back");
    assertThat(invoice).hasContent("paid");
    try (Stream<Path> kept = Files.list(home)) {
      assertThat(kept.filter(path -> path.toString().contains("uploads_before_")))
          .singleElement()
          .satisfies(path -> assertThat(path.resolve("invoice")).content().contains("spoiled"));
    }
    assertThat(columns()).contains("item").doesNotContain("product");
    assertThat(migrations()).containsExactly("1", "2");
    Tally rolledBack = traffic.tally();
    Tally after =
        await()
            .atMost(Duration.ofSeconds(20))
            .until(
                () -> traffic.tally().since(rolledBack),
                since -> since.answered().getOrDefault("2", 0L) >= 20);
    assertThat(after.errors()).as(after.summary()).isZero();
  }

  @Test
  @Order(4)
  @DisplayName(
      "keeps serving while the broker and the deployer are dead, and deploys again once they are back")
  void brokerKilled() {
    Tally before = traffic.tally();

    fairlead.process("kafka").destroyForcibly();
    fairlead.process("deployer").destroyForcibly();
    fairlead.run(LONG, "status", "--watch").succeeded();
    FairleadCommand.Result deploy = deploy("4");

    assertThat(deploy.exit()).as(deploy.err()).isZero();
    Tally during = traffic.tally().since(before);
    assertThat(during.lost()).as(during.summary()).isZero();
  }

  @Test
  @Order(5)
  @DisplayName("goes on with a rollout after 30 s without broker and database")
  void storesAway() throws Exception {
    // Found beforehand: in the verify phase the application's own errors, for want of its database,
    // would rightly speak against the release. The keeper would make it a short outage.
    List<ProcessHandle> stores =
        List.of(fairlead.keeper(), fairlead.process("kafka"), fairlead.process("postgres"));
    String id = requested("4");
    awaitPhase(id, "rollout");

    stores.forEach(ProcessHandle::destroyForcibly);
    Thread.sleep(Duration.ofSeconds(30)); // the length of the outage
    fairlead.run(LONG, "up").succeeded();
    Json end = awaitEnd(id);

    assertThat(end.text("state")).as(end.toString()).isEqualTo("succeeded");
    assertThat(instances()).as("instances of version 4, none orphaned").hasSize(2);
    assertThat(migrations()).as("no migration twice").doesNotHaveDuplicates();
  }

  @Test
  @Order(6)
  @DisplayName(
      "serves the same routes again after kill -9 of the proxy, and ends the rollout under way")
  void proxyKilledInRollout() throws Exception {
    ProcessHandle proxy = fairlead.process("edge");
    String id = requested("4");
    awaitPhase(id, "rollout");

    proxy.destroyForcibly(); // what comes until the keeper has started another one is not answered
    Json end = awaitEnd(id);

    assertThat(end.text("state")).as(end.toString()).isEqualTo("succeeded");
    assertThat(fairlead.process("edge")).isNotEqualTo(proxy);
    Tally since = traffic.tally();
    Tally served =
        await()
            .atMost(Duration.ofSeconds(20))
            .until(
                () -> traffic.tally().since(since),
                after -> after.answered().getOrDefault("4", 0L) >= 60);
    assertThat(served.lost()).as(served.summary()).isZero();
    assertThat(instances()).as("instances of version 4, none orphaned").hasSize(2);
  }

  @Test
  @Order(7)
  @DisplayName("writes no secret into any log, event or setting")
  void noSecretLeaks() throws Exception {
    List<String> secrets = new ArrayList<>();
    for (String folder : List.of("tokens", "secrets")) {
      try (Stream<Path> files = Files.list(home.resolve(folder))) {
        for (Path file : files.toList()) {
          String name = file.getFileName().toString();
          if (!PUBLIC.contains(name)) {
            secrets.add(Files.readString(file).strip());
          }
        }
      }
    }
    assertThat(secrets).hasSizeGreaterThan(8);
    for (String folder : List.of("logs", "settings")) {
      try (Stream<Path> files = Files.walk(home.resolve(folder))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          assertThat(Files.readString(file)).as(file.toString()).doesNotContain(secrets);
        }
      }
    }
    assertThat(journal()).doesNotContain(secrets);
    assertThat(commandLines()).doesNotContain(secrets);
  }

  @Test
  @Order(8)
  @DisplayName("refuses to start beside whoever holds its ports, and says who that is")
  void portTaken(@TempDir Path other) {
    FairleadCommand.Result second = new FairleadCommand(other, OFFSET).run("up");

    assertThat(second.exit()).isNotZero();
    assertThat(second.err()).contains("port " + (7192 + OFFSET)).contains("taken");
  }

  private static Path uploads() {
    return home.resolve("uploads");
  }

  /** The example's in a folder of its own, with files that belong to its database. */
  private static Path manifestWithFiles() throws IOException {
    Files.createDirectories(uploads());
    Path releases = fairlead.manifest().toRealPath().resolveSibling("target/releases");
    String text =
        Files.readString(fairlead.manifest())
            .replace("archive: target/releases", "archive: " + releases)
            .replace(
                "{before-deploy: true}",
                "{before-deploy: true, files: [%s]}".formatted(uploads().toRealPath()));
    assertThat(text).contains("files: [", "archive: /");
    return Files.writeString(home.resolve("fairlead.yaml"), text);
  }

  private static FairleadCommand.Result deploy(String version) {
    return fairlead.run(LONG, "deploy", "orders", version, "--environment", STAGING, "--watch");
  }

  private static String requested(String version) {
    return fairlead
        .run("deploy", "orders", version, "--environment", STAGING, "--json")
        .succeeded()
        .json()
        .text("deployment");
  }

  private static Json shown(String id) {
    return fairlead.ask(Service.DEPLOYER, "/deployments/" + id);
  }

  private static void awaitPhase(String id, String phase) {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> shown(id), now -> now.text("phase").equals(phase));
  }

  private static Json awaitEnd(String id) {
    return await()
        .atMost(Duration.ofMinutes(3))
        .ignoreExceptionsInstanceOf(Failure.class) // the deployer may be dead at the moment
        .until(() -> shown(id), now -> now.find("endedAt").isPresent());
  }

  private static List<ProcessHandle> instances() {
    return Leftovers.processes(home)
        .filter(process -> process.info().commandLine().orElse("").contains("orders.jar"))
        .toList();
  }

  private static String commandLines() {
    return String.join(
        "\n",
        ProcessHandle.allProcesses()
            .map(process -> process.info().commandLine().orElse(""))
            .toList());
  }

  private static void createDatabase() throws Exception {
    PostgresServer server = postgres();
    server.createRole("orders", Files.readString(secret("orders-database")).strip());
    server.createDatabase("orders_staging", "orders");
    server.createDatabase("orders_production", "orders");
  }

  private static PostgresServer postgres() {
    return PostgresServer.running(
        home.resolve("data/postgres"), 7132 + OFFSET, fairlead.process("postgres"));
  }

  private static Path secret(String name) throws Exception {
    Path file = home.resolve("secrets").resolve(name);
    if (Files.notExists(file)) {
      Files.writeString(file, "s3cret-of-the-orders-database");
    }
    return file;
  }

  private static List<String> migrations() throws SQLException {
    return column(
        "orders_staging",
        "SELECT version FROM fairlead_migrations WHERE success AND version IS NOT NULL"
            + " ORDER BY installed_rank");
  }

  private static List<String> columns() throws SQLException {
    return column(
        "orders_staging",
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'orders'");
  }

  private static String journal() throws SQLException {
    return String.join("\n", column("fairlead_console", "SELECT event::text FROM journal"));
  }

  private static List<String> column(String database, String sql) throws SQLException {
    try (Connection connection = postgres().connect(database);
        var statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }
}
