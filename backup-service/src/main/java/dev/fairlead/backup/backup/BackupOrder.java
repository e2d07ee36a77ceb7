package dev.fairlead.backup.backup;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.RetentionClass;
import dev.fairlead.backup.dump.DatabaseContent;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at one backup.
 *
 * @param attempt from 1; attempts never write to the same archive, so a straggler does no harm
 * @param minimumRows with fewer in all tables together it is no backup; 0 when any number will do
 */
public record BackupOrder(
    BackupId backup,
    DatabaseId database,
    @Nullable DeploymentId deployment,
    Instant requestedAt,
    int attempt,
    RetentionClass retentionClass,
    int minimumRows,
    DatabaseAccess access) {

  /** One that no timetable asked for. */
  public BackupOrder(
      BackupId backup,
      DatabaseId database,
      @Nullable DeploymentId deployment,
      Instant requestedAt,
      int attempt,
      DatabaseAccess access) {
    this(
        backup,
        database,
        deployment,
        requestedAt,
        attempt,
        deployment == null ? RetentionClass.ON_DEMAND : RetentionClass.RELEASE,
        0,
        access);
  }

  /**
   * @throws BackupFailure when there are fewer rows than are expected of the database
   */
  void requireEnough(DatabaseContent contents) {
    long rows = contents.rows();
    if (rows < minimumRows) {
      throw new BackupFailure(
          BackupFailureReason.EMPTY_RESULT,
          "%s has %d rows in %d tables, and its manifest expects %d or more"
              .formatted(database, rows, contents.tables().size(), minimumRows),
          "see whether it is the right database, and what became of its rows; where it is right,"
              + " correct backup.minimum-rows and apply the manifest");
    }
  }

  BackupKeys keys() {
    return new BackupKeys(database, backup);
  }

  String archiveName() {
    return BackupKeys.archiveName(attempt);
  }

  String filesName() {
    return BackupKeys.filesName(attempt);
  }

  /** As sessions of this backup are named in {@code pg_stat_activity}; 63 bytes at most. */
  String sessionName() {
    return "fairlead-backup " + backup;
  }
}
