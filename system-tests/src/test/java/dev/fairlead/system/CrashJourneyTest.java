package dev.fairlead.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.cli.Json;
import dev.fairlead.cli.demo.Tally;
import dev.fairlead.cli.demo.Traffic;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
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
@InSecondLane
@DisplayName("A suite whose processes are killed")
class CrashJourneyTest {

  private static final int OFFSET = 12_000;
  private static final int REQUESTS_PER_SECOND = 20;
  private static final Duration LONG = Duration.ofMinutes(3);

  @TempDir static Path home;

  private static FairleadCommand fairlead;
  private static StagingDeployments deployments;
  private static OrdersDatabase database;
  private static Traffic traffic;

  @BeforeAll
  static void start() throws Exception {
    fairlead = new FairleadCommand(home, OFFSET);
    Neighbours.require("pg_dump");
    deployments = new StagingDeployments(fairlead);
    fairlead.run(LONG, "up").succeeded();
    database = OrdersDatabase.create(fairlead, 7132 + OFFSET);
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
    String id = deployments.requested("1");
    deployments.awaitPhase(id, "verify");
    traffic.start(REQUESTS_PER_SECOND);

    assertThat(deployments.awaitEnd(id).text("state")).isEqualTo("succeeded");
  }

  @Test
  @Order(2)
  @DisplayName("ends a rollout as it should after kill -9 of the deployer in the middle of it")
  void deployerKilledInRollout() throws Exception {
    Tally before = traffic.tally();
    String id = deployments.requested("2");
    deployments.awaitPhase(id, "rollout");

    fairlead.process("deployer").destroyForcibly();
    Json end = deployments.awaitEnd(id); // nobody but the keeper starts it again

    assertThat(end.text("state")).as(end.toString()).isEqualTo("succeeded");
    Tally during = withoutLoss(before);
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
    String id = deployments.requested("5");
    deployments.awaitPhase(id, "rollout");
    Files.writeString(invoice, "spoiled by version 5");

    Json end = deployments.awaitEnd(id);

    assertThat(end.text("state")).as(end.toString()).isEqualTo("rolled-back");
    assertThat(invoice).hasContent("paid");
    try (Stream<Path> kept = Files.list(home)) {
      assertThat(kept.filter(path -> path.toString().contains("uploads_before_")))
          .singleElement()
          .satisfies(path -> assertThat(path.resolve("invoice")).content().contains("spoiled"));
    }
    assertThat(columns()).contains("item").doesNotContain("product");
    assertThat(migrations()).containsExactly("1", "2");
    Tally after = answeredBy("2", 20);
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
    FairleadCommand.Result deploy = deployments.watched("4");

    assertThat(deploy.exit()).as(deploy.err()).isZero();
    withoutLoss(before);
  }

  @Test
  @Order(5)
  @DisplayName("goes on with a rollout after 30 s without broker and database")
  void storesAway() throws Exception {
    // Found beforehand: in the verify phase the application's own errors, for want of its database,
    // would rightly speak against the release. The keeper would make it a short outage.
    List<ProcessHandle> stores =
        List.of(fairlead.keeper(), fairlead.process("kafka"), fairlead.process("postgres"));
    String id = deployments.requested("4");
    deployments.awaitPhase(id, "rollout");

    stores.forEach(ProcessHandle::destroyForcibly);
    Thread.sleep(Duration.ofSeconds(30)); // the length of the outage
    fairlead.run(LONG, "up").succeeded();
    Json end = deployments.awaitEnd(id);

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
    String id = deployments.requested("4");
    deployments.awaitPhase(id, "rollout");

    proxy.destroyForcibly(); // what comes until the keeper has started another one is not answered
    Json end = deployments.awaitEnd(id);

    assertThat(end.text("state")).as(end.toString()).isEqualTo("succeeded");
    assertThat(fairlead.process("edge")).isNotEqualTo(proxy);
    Tally served = answeredBy("4", 60);
    assertThat(served.lost()).as(served.summary()).isZero();
    assertThat(instances()).as("instances of version 4, none orphaned").hasSize(2);
  }

  @Test
  @Order(7)
  @DisplayName("writes no secret into any log, event or setting")
  void noSecretLeaks() throws Exception {
    List<String> secrets = StackSecrets.of(home);

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
    return ExampleManifest.of(fairlead)
        .rolling()
        .with("archive: target/releases", "archive: " + releases)
        .with(
            "{before-deploy: true}",
            "{before-deploy: true, files: [%s]}".formatted(uploads().toRealPath()))
        // Longer than the stores are away: an instance cannot be healthy without its database.
        .with("stay-healthy: 600ms\n  within: 30s", "stay-healthy: 600ms\n  within: 2m")
        .in(home);
  }

  /** Without requests nothing can be lost, so there must have been some for five seconds. */
  private static Tally withoutLoss(Tally before) {
    Tally during = traffic.settled().since(before);
    assertThat(during.lost()).as(during.summary()).isZero();
    assertThat(during.sent()).as(during.summary()).isGreaterThan(5 * REQUESTS_PER_SECOND);
    return during;
  }

  /** From now on until the version has answered so often. */
  private static Tally answeredBy(String version, long least) {
    Tally before = traffic.tally();
    return await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> traffic.tally().since(before),
            since -> since.answered().getOrDefault(version, 0L) >= least);
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

  private static List<String> migrations() throws SQLException {
    return database.column(
        "orders_staging",
        "SELECT version FROM fairlead_migrations WHERE success AND version IS NOT NULL"
            + " ORDER BY installed_rank");
  }

  private static List<String> columns() throws SQLException {
    return database.column(
        "orders_staging",
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'orders'");
  }

  private static String journal() throws SQLException {
    return String.join(
        "\n", database.column("fairlead_console", "SELECT event::text FROM journal"));
  }
}
