package dev.fairlead.backup.backup;

import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.RetentionClass;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at one backup.
 *
 * @param attempt from 1; attempts never write to the same archive, so a straggler does no harm
 */
public record BackupOrder(
    BackupId backup,
    DatabaseId database,
    @Nullable DeploymentId deployment,
    Instant requestedAt,
    int attempt,
    RetentionClass retentionClass,
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
        access);
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
