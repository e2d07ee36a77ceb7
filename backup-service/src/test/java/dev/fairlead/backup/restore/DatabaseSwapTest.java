package dev.fairlead.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.postgres.PostgresConnections;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A database gets its name")
class DatabaseSwapTest {

  private static final String LIMIT =
      "select datconnlimit::text from pg_database where datname = current_database()";

  @Test
  @DisplayName(
      "although there is a session that may not be ended: all others are, and it is awaited")
  void aSessionOfASuperuser() throws Exception {
    Neighbours.require("postgres");
    SourceDatabase source = SourceDatabase.create("swapped");
    List<Connection> applications = new ArrayList<>(applications(source));
    Connection superuser = Shared.postgres().connect(source.name());
    applications.addAll(applications(source));
    Thread leaving = Thread.ofPlatform().start(() -> leaveAfter(superuser, applications));

    try (Connection maintenance =
        PostgresConnections.open(source.access().toDatabase("postgres"), "test")) {
      new DatabaseSwap(source.access().toDatabase("postgres"))
          .swap(
              maintenance,
              new DatabaseSwap.Names(
                  source.name(), source.name() + "_in_use", false, "", List.of(), null));
    }

    leaving.join();
    assertThat(source.databases()).containsExactly(source.name() + "_in_use");
  }

  @Test
  @DisplayName("also where the server refuses what is not necessary, and tells with which SQLSTATE")
  void withoutItsComment() throws SQLException {
    Neighbours.require("postgres");
    SourceDatabase source = SourceDatabase.create("uncommented");
    String name = source.name() + "_in_use";
    try (Connection maintenance =
        PostgresConnections.open(source.access().toDatabase("postgres"), "test")) {
      DatabaseSwap swap = new DatabaseSwap(source.access().toDatabase("postgres"));
      String limit = "alter database %s connection limit 7".formatted(source.name());

      assertThat(
              swap.swap(
                  maintenance,
                  new DatabaseSwap.Names(
                      source.name(), name, false, "", List.of(limit), "select 'no number'::int")))
          .contains("22P02");
    }

    assertThat(source.databases()).containsExactly(name);
    assertThat(source.query(name, LIMIT)).containsExactly("7");
  }

  /** Before and behind the other in the server's list, however it sorts them. */
  private static List<Connection> applications(SourceDatabase source) {
    List<Connection> opened = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      opened.add(PostgresConnections.open(source.access(), "application"));
    }
    return opened;
  }

  private static void leaveAfter(Connection superuser, List<Connection> applications) {
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> applications.stream().noneMatch(DatabaseSwapTest::isThere));
    try {
      superuser.close();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isThere(Connection connection) {
    try {
      return connection.isValid(1);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
