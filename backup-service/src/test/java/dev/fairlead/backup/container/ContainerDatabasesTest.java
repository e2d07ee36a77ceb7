package dev.fairlead.backup.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.folder.Tree;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.postgres.PostgresConnections;
import dev.fairlead.backup.postgres.PostgresProgram;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.CommandLines;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A database in a container")
@InSecondLane
class ContainerDatabasesTest {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int ROWS = 20_000;

  @TempDir static Path context;
  private static PostgresImage image;

  @TempDir Path store;

  private final ContainerDatabases databases =
      ContainerDatabases.ofThisMachine(context.resolve("tunnels"));

  @BeforeAll
  static void build() throws Exception {
    image = PostgresImage.build(context);
  }

  @AfterAll
  static void remove() {
    if (image != null) {
      image.close();
    }
  }

  @AfterEach
  void close() {
    databases.close();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"bash", "nc", "busybox", "perl"})
  @DisplayName("without any network is dumped and restored through a program that is inside it")
  void withoutNetwork(String relay) throws Exception {
    Neighbours.require("pg_dump", "pg_restore");
    try (PostgresContainer container = image.start(relay, "none");
        CommandLines seen = CommandLines.watch()) {
      DatabaseAccess access = reached(container);
      filled(access);
      Workshop workshop = new Workshop(new DiskStore("disk", store));

      Manifest manifest = workshop.backUp(access);
      workshop.restore(manifest, access, "copy", "unused");

      assertThat(manifest.rows()).isEqualTo(ROWS);
      assertThat(rows(access.toDatabase("copy"))).isEqualTo(ROWS);
      assertThat(access.address()).startsWith("docker:fairlead-test-");
      assertThat(seen.all()).anyMatch(line -> line.contains("pg_dump"));
      assertThat(seen.all()).noneMatch(line -> line.contains(PostgresContainer.PASSWORD));
      aKilledClientLeavesNoSession(access);
      aClientKilledBeforeItHasReadLeavesNoSession(access);
      assertThat(container.log())
          .as("the server, process 1 there, was handed no orphan to stumble over")
          .contains("ready to accept connections")
          .doesNotContain("reinitializing");
    }
  }

  private static void aKilledClientLeavesNoSession(DatabaseAccess access) {
    List<String> endless =
        List.of(Workshop.serverPrograms().program("psql"), "-c", "select pg_sleep(600)");
    PostgresProgram program = PostgresProgram.start(endless, access, "to be killed");
    await().atMost(SOON).until(() -> sessions(access) == 1);

    program.close();

    await().atMost(SOON).until(() -> sessions(access) == 0);
  }

  /** What it was sent and has not read resets the connection, instead of ending it. */
  private static void aClientKilledBeforeItHasReadLeavesNoSession(DatabaseAccess access)
      throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Workshop.serverPrograms().program("psql"),
            "-c",
            "select pg_sleep(3), repeat('x', 50000)");
    builder.environment().putAll(access.environment("to be killed"));
    Process psql = builder.redirectErrorStream(true).start();
    try {
      await().atMost(SOON).until(() -> sessions(access) == 1);
      signal("STOP", psql);
      await().atMost(SOON).until(() -> idleSessions(access) == 1);
      signal("KILL", psql);

      await().atMost(SOON).until(() -> sessions(access) == 0);
    } finally {
      psql.destroyForcibly();
    }
  }

  private static void signal(String name, Process process) throws Exception {
    assertThat(
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor())
        .isZero();
  }

  /** The answer has been sent whole. */
  private static long idleSessions(DatabaseAccess access) throws SQLException {
    return number(
        access,
        "select count(*) from pg_stat_activity where application_name = 'to be killed' and state ="
            + " 'idle'");
  }

  @Test
  @DisplayName("is reached again after somebody cleaned up where its tunnel was")
  void tunnelSweptAway() throws Exception {
    try (PostgresContainer container = image.start("perl", "none")) {
      DatabaseAccess first = reached(container);
      Path folder = Path.of(first.host());

      try (Connection held = PostgresConnections.open(first, "held")) {
        new Tree(folder).delete();
        DatabaseAccess second = reached(container);

        assertThat(second.host()).isNotEqualTo(first.host());
        assertThat(held.isValid(10)).as("who is in may stay").isTrue();
      }
    }
  }

  private static long sessions(DatabaseAccess access) throws SQLException {
    return number(
        access, "select count(*) from pg_stat_activity where application_name = 'to be killed'");
  }

  @Test
  @DisplayName("is reached at its own address where there is one")
  void ownAddress() throws Exception {
    String network =
        image
            .engine()
            .createNetworkCmd()
            .withName("fairlead-test-" + UUID.randomUUID())
            .exec()
            .getId();
    try (PostgresContainer container = image.start("", network)) {
      DatabaseAccess access = reached(container);

      assertThat(access.host()).matches("[0-9.]+");
      assertThat(access.address()).startsWith("docker:fairlead-test-");
    } finally {
      image.engine().removeNetworkCmd(network).exec();
    }
  }

  @Test
  @DisplayName("with nothing to reach it by is refused, and each program named that was tried")
  void noRelay() throws Exception {
    try (PostgresContainer container = image.start("", "none")) {
      assertThatThrownBy(() -> databases.host(container.host(), PostgresContainer.PORT))
          .isInstanceOf(BackupFailure.class)
          .hasMessageContaining("socat: not there; nc -N: not there; nc: not there")
          .hasMessageContaining("perl: not there; bash: not there");
    }
  }

  @Test
  @DisplayName("that is not there is refused")
  void notThere() {
    Neighbours.require("docker");

    assertThatThrownBy(() -> databases.host("docker:fairlead-no-such-container", 5432))
        .isInstanceOf(BackupFailure.class)
        .hasMessage("there is no container fairlead-no-such-container");
  }

  /** It takes a while to start. */
  private DatabaseAccess reached(PostgresContainer container) {
    String host =
        await()
            .atMost(SOON)
            .ignoreExceptionsInstanceOf(BackupFailure.class)
            .until(() -> databases.host(container.host(), PostgresContainer.PORT), found -> true);
    DatabaseAccess access = container.access(host);
    await()
        .atMost(SOON)
        .ignoreExceptionsInstanceOf(BackupFailure.class)
        .until(() -> number(access, "select 1") == 1);
    return access;
  }

  private static void filled(DatabaseAccess access) throws SQLException {
    try (Connection connection = PostgresConnections.open(access, "test");
        var statement = connection.createStatement()) {
      statement.execute(
          "create table parcels as select n as id, md5(n::text) as note from generate_series(1, %d) n"
              .formatted(ROWS));
    }
  }

  private static long rows(DatabaseAccess access) throws SQLException {
    return number(access, "select count(*) from parcels");
  }

  private static long number(DatabaseAccess access, String query) throws SQLException {
    try (Connection connection = PostgresConnections.open(access, "test");
        var statement = connection.createStatement();
        var row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }
}
