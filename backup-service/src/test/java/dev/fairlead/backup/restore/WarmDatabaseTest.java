package dev.fairlead.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.postgres.PostgresConnections;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.stack.testing.Neighbours;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

@DisplayName("A warm copy that is closed")
class WarmDatabaseTest {

  private static final String OURS = "fairlead-backup test";
  private static final BackupId BACKUP = BackupId.random();

  private SourceDatabase source;
  private Connection maintenance;
  private WarmDatabase copy;

  @BeforeEach
  void create() throws SQLException {
    Neighbours.require("postgres");
    source = SourceDatabase.create("closing");
    maintenance = PostgresConnections.open(source.access().toDatabase("postgres"), OURS);
    copy = new WarmDatabase(maintenance, source.name());
  }

  @AfterEach
  void close() throws SQLException {
    maintenance.close();
  }

  @Test
  @DisplayName("counts as untouched only when nobody but us was in it, or still is")
  void nobodyElse() throws SQLException {
    long oid = DatabaseIdentity.of(maintenance, source.name()).orElseThrow().oid();
    try (Connection reader = PostgresConnections.open(source.access(), OURS);
        Connection left = PostgresConnections.open(source.access(), OURS)) {
      copy.seal(BACKUP, OURS, pid(reader));

      assertThatThrownBy(() -> left.createStatement().execute("select 1"))
          .hasMessageContaining("terminating connection");
      assertThat(copy.isUntouched(BACKUP, oid)).as("with a session in it").isFalse();
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(copy.isUntouched(BACKUP, oid)).as("when we left").isTrue());
  }

  @Test
  @DisplayName("is not used where an earlier version made it with another provider of its locale")
  void anotherProvider() throws SQLException {
    long oid = DatabaseIdentity.of(maintenance, source.name()).orElseThrow().oid();
    try (Connection reader = PostgresConnections.open(source.access(), OURS)) {
      copy.seal(BACKUP, OURS, pid(reader));
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(copy.isUsable(made(oid), LocaleTest.source(150_000, null, null)))
                    .isTrue());

    assertThat(copy.isUsable(made(oid), LocaleTest.source(150_000, "i", "de"))).isFalse();
  }

  private WarmCopy made(long oid) {
    return new WarmCopy(
        BACKUP,
        new DatabaseId("orders/production/main"),
        source.name(),
        oid,
        null,
        WarmCopy.State.READY,
        1,
        Instant.EPOCH,
        null,
        null,
        List.of(),
        null,
        null);
  }

  @Test
  @DisplayName("is none when somebody came in before")
  void somebodyElse() throws SQLException {
    try (Connection reader = PostgresConnections.open(source.access(), OURS);
        Connection other = PostgresConnections.open(source.access(), "psql")) {
      assertThat(other.isValid(1)).isTrue();

      assertThatThrownBy(() -> copy.seal(BACKUP, OURS, pid(reader)))
          .isInstanceOf(BackupFailure.class)
          .hasMessageContaining("somebody else had a session in the warm copy " + source.name());
    }
  }

  @Test
  @DisplayName("gets its name although a session is left in it")
  void sessionsAreEnded() throws SQLException {
    try (Connection other = PostgresConnections.open(source.access(), "psql")) {
      new DatabaseSwap(source.access().toDatabase("postgres"))
          .swap(
              maintenance,
              new DatabaseSwap.Names(
                  source.name(), source.name() + "_in_use", false, "", copy.unsealing(), null));
      assertThat(other.isValid(1)).isFalse();
    }
    assertThat(source.databases()).containsExactly(source.name() + "_in_use");
  }

  private static int pid(Connection connection) throws SQLException {
    return connection.unwrap(PGConnection.class).getBackendPID();
  }
}
