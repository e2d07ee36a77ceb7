package dev.fairlead.deployer.loss;

import dev.fairlead.events.BackupEvent;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How big backups are and how long it took to restore them, as the backup service tells. */
public final class KnownBackups {

  private final JdbcClient database;

  public KnownBackups(JdbcClient database) {
    this.database = database;
  }

  public void hear(BackupEvent event) {
    switch (event) {
      case BackupEvent.BackupCompleted done ->
          database
              .sql(
                  """
                  insert into known_backup (backup, database, taken_at, size_bytes)
                  values (?, ?, ?, ?) on conflict do nothing
                  """)
              .params(
                  done.backup().value(),
                  done.database().value(),
                  Timestamp.from(done.snapshotAt()),
                  done.sizeBytes())
              .update();
      case BackupEvent.BackupVerified proved -> measured(proved.backup(), proved.recoveryMillis());
      case BackupEvent.RestoreCompleted done -> measured(done.backup(), done.durationMillis());
      case BackupEvent.BackupExpired gone ->
          database
              .sql("delete from known_backup where backup = ?")
              .param(gone.backup().value())
              .update();
      default -> {}
    }
  }

  private void measured(BackupId backup, @Nullable Long millis) {
    if (millis != null) {
      database
          .sql("update known_backup set restore_millis = ? where backup = ?")
          .params(millis, backup.value())
          .update();
    }
  }

  /**
   * How long a restore of the newest backup will take: as long as the newest one that was restored
   * or drilled, in proportion to their sizes.
   *
   * @return empty when none was ever restored
   */
  Optional<Duration> expectedRestore(DatabaseId restored) {
    return database
        .sql(
            """
            with newest as (
              select size_bytes from known_backup where database = :database
              order by taken_at desc limit 1),
            measured as (
              select size_bytes, restore_millis from known_backup
              where database = :database and restore_millis is not null
              order by taken_at desc limit 1)
            select measured.restore_millis
                   * greatest(newest.size_bytes, 1)::numeric / greatest(measured.size_bytes, 1)
            from newest, measured
            """)
        .param("database", restored.value())
        .query(Long.class)
        .optional()
        .map(Duration::ofMillis);
  }
}
