package dev.fairlead.backup.warm;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.OptionalLong;
import java.util.Set;

/** Whether a server has room for one more copy of a database. */
record Room(Connection connection, DatabaseAccess access, long mostBytes) {

  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "::1");

  /** What is written ahead while the copy is loaded, and some to live on. */
  private static final double WITH_LOG = 1.5;

  /** Its size, and where its server keeps its data, if we may know. */
  private static final String FIGURES =
      """
      select coalesce((select pg_database_size(oid) from pg_database where datname = ?), 0),
             (select setting from pg_settings where name = 'data_directory')
      """;

  void require() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(FIGURES)) {
      statement.setString(1, access.name());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        require(row.getLong(1), free(row.getString(2)));
      }
    }
  }

  private void require(long size, OptionalLong free) {
    if (size > mostBytes) {
      throw tooLarge(
          "database %s has %d MB, and up to %d MB are kept warm"
              .formatted(access.name(), size >> 20, mostBytes >> 20),
          "raise fairlead.backup.warm.max-size if its server has room for two more of it");
    }
    long needed = (long) (size * WITH_LOG);
    if (free.isPresent() && free.getAsLong() < needed) {
      throw tooLarge(
          "a warm copy of %s needs %d MB, and its server has %d MB left"
              .formatted(access.name(), needed >> 20, free.getAsLong() >> 20),
          "free space on the server's disk; restores load the backup until then");
    }
  }

  /** Known only of a server on this machine, whose folder we see. */
  private OptionalLong free(String dataFolder) {
    boolean here = access.host().startsWith("/") || THIS_MACHINE.contains(access.host());
    if (!here || access.knownAs().startsWith("docker:") || dataFolder == null) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Files.getFileStore(Path.of(dataFolder)).getUsableSpace());
    } catch (IOException _) {
      return OptionalLong.empty();
    }
  }

  private static BackupFailure tooLarge(String detail, String advice) {
    return new BackupFailure(BackupFailureReason.STORE_FULL, detail, advice);
  }
}
