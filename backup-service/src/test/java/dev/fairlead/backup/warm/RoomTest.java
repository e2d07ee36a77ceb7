package dev.fairlead.backup.warm;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.postgres.PostgresConnections;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.stack.testing.Neighbours;
import java.sql.Connection;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A warm copy")
class RoomTest {

  @Test
  @DisplayName("is not made of a database that is too large for it")
  void noRoom() throws Exception {
    Neighbours.require("postgres");
    SourceDatabase source = SourceDatabase.create("room");
    try (Connection connection =
        PostgresConnections.open(source.access().toDatabase("postgres"), "test")) {
      new Room(connection, source.access(), Long.MAX_VALUE).require();
      assertThatThrownBy(() -> new Room(connection, source.access(), 1 << 20).require())
          .isInstanceOf(BackupFailure.class)
          .hasMessageContaining("up to 1 MB are kept warm");
    }
  }
}
