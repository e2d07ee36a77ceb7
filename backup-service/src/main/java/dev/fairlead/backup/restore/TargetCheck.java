package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.postgres.SystemIdentifier;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What speaks against a restore before anything is touched. */
final class TargetCheck {

  private TargetCheck() {}

  /**
   * What is replaced must be what was backed up: another database of that name, or another server
   * behind that address, would lose its data to a mistake in a manifest.
   */
  static void requireSameDatabase(Connection connection, RestoreOrder order) throws SQLException {
    Manifest.Source source = order.manifest().source();
    if (!source.name().equals(order.target())) {
      throw refused(
          "backup %s is of database %s, and the manifest now names %s"
              .formatted(order.manifest().backup(), source.name(), order.target()));
    }
    String expected = source.systemIdentifier();
    String found = SystemIdentifier.of(connection);
    if (DatabaseIdentity.isElsewhere(expected, found)) {
      throw refused(
          "backup %s is of server %s; behind %s is server %s, with a database %s of its own"
              .formatted(
                  order.manifest().backup(),
                  expected,
                  order.access().address(),
                  found,
                  order.target()));
    }
  }

  private static BackupFailure refused(String detail) {
    return new BackupFailure(
        BackupFailureReason.UNKNOWN_DATABASE,
        detail,
        "restore into a new database (fairlead backup restore … --into NAME); or, if that database may go, rename it first");
  }

  /** Files have one place to be in; a new database is beside the one they belong to. */
  static void requireInPlace(boolean withFiles, @Nullable String newDatabase) {
    if (withFiles && newDatabase != null) {
      throw new BackupFailure(
          BackupFailureReason.UNKNOWN_DATABASE,
          "files come back in place, and database %s would be a new one".formatted(newDatabase),
          "restore the database without its files, and look at them with fairlead backup restore-files … --below FOLDER");
    }
  }

  /**
   * @param table of which alone the rows are wanted, if any
   */
  static void requireTable(@Nullable String table, @Nullable String newDatabase, Backup backup) {
    if (table == null) {
      return;
    }
    if (newDatabase == null) {
      throw new BackupFailure(
          BackupFailureReason.UNKNOWN_DATABASE,
          "a single table cannot replace a database",
          "name a new database for it: fairlead backup restore … --table %s --into NAME"
              .formatted(table));
    }
    Manifest manifest =
        Objects.requireNonNull(backup.manifest(), "a completed backup has a manifest");
    ChosenTables.of(table, manifest);
  }
}
