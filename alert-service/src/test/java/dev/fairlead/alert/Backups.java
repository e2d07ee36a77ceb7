package dev.fairlead.alert;

import dev.fairlead.events.ApplicationEvent.ApplicationApplied;
import dev.fairlead.events.ApplicationEvent.Database;
import dev.fairlead.events.ApplicationEvent.DrillPolicy;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.BackupEvent.BackupCompleted;
import dev.fairlead.events.BackupEvent.BackupCorrupted;
import dev.fairlead.events.BackupEvent.BackupVerified;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.EnvironmentName;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What deployer-service and backup-service would say of one database. */
final class Backups {

  private static final DateTimeFormatter ONCE_A_YEAR =
      DateTimeFormatter.ofPattern("s m H d M '*'").withZone(ZoneOffset.UTC);

  private Backups() {}

  /** It is due at that second, and then in a year; how it is drilled is left to the settings. */
  static ApplicationApplied expected(DatabaseId database, Instant due) {
    return expected(database, due, null);
  }

  static ApplicationApplied expected(
      DatabaseId database, Instant due, @Nullable DrillPolicy drill) {
    String[] parts = database.value().split("/");
    return new ApplicationApplied(
        new ApplicationName(parts[0]),
        new EnvironmentName(parts[1]),
        "0".repeat(64),
        null,
        List.of(),
        List.of(
            new Database(
                database,
                "localhost",
                5432,
                parts[2],
                "app",
                null,
                ONCE_A_YEAR.format(due),
                null,
                drill,
                null,
                null,
                null)),
        Map.of());
  }

  static BackupCompleted completed(BackupId backup, DatabaseId database) {
    Instant now = Instant.now();
    return new BackupCompleted(
        backup, database, null, now, now, 1, "0".repeat(64), "15.8", 1, 1, List.of());
  }

  /** A copy of it is bad. */
  static BackupCorrupted corrupted(BackupId backup, DatabaseId database) {
    return new BackupCorrupted(backup, database, "s3", "has another digest", null);
  }

  /** A drill found that it does not hold what its snapshot held. */
  static BackupCorrupted disproved(BackupId backup, DatabaseId database) {
    return new BackupCorrupted(backup, database, "s3", "other rows came out of it", true);
  }

  static BackupVerified verified(BackupId backup, DatabaseId database, ProofLevel level) {
    return new BackupVerified(backup, database, null, level, 0, 0, null, null);
  }
}
