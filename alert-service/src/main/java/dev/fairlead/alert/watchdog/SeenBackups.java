package dev.fairlead.alert.watchdog;

import static dev.fairlead.alert.Moments.at;

import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What was told of backups that exist. */
final class SeenBackups {

  /** Whoever verifies an older backup than this proves nothing about today's. */
  private static final Duration FORGET_AFTER = Duration.ofDays(90);

  private final JdbcClient sql;

  SeenBackups(JdbcClient sql) {
    this.sql = sql;
  }

  void completed(BackupId backup, DatabaseId database, Instant snapshotAt, Instant now) {
    Instant data = snapshotAt.isAfter(now) ? now : snapshotAt;
    sql.sql("insert into seen_backup values (?, ?, ?, ?) on conflict do nothing")
        .params(backup.value(), database.value(), at(data), at(now))
        .update();
    sql.sql("delete from seen_backup where seen_at < ?")
        .param(at(now.minus(FORGET_AFTER)))
        .update();
    proved(database, ProofLevel.COMPLETED, data, now);
  }

  /** Of a backup whose completion was never told, nothing is known that could be proved. */
  void verified(BackupId backup, DatabaseId database, ProofLevel proof, Instant now) {
    snapshotOf(backup).ifPresent(data -> proved(database, proof, data, now));
  }

  private Optional<Instant> snapshotOf(BackupId backup) {
    return sql.sql("select snapshot_at from seen_backup where backup = ?")
        .param(backup.value())
        .query(OffsetDateTime.class)
        .optional()
        .map(OffsetDateTime::toInstant);
  }

  /** What proves more proves less as well. */
  private void proved(DatabaseId database, ProofLevel proof, Instant data, Instant now) {
    for (ProofLevel each : ProofLevel.values()) {
      if (each.compareTo(proof) <= 0) {
        newer(database, Expectations.text(each), data, now);
      }
    }
  }

  /** The newest counts, unless a clock was wrong when it was noted. */
  private void newer(DatabaseId database, String column, Instant data, Instant now) {
    sql.sql(
            """
            insert into newest_backup (database, %1$s) values (:database, :data)
            on conflict (database) do update
               set %1$s = case when newest_backup.%1$s > :now then excluded.%1$s
                               else greatest(newest_backup.%1$s, excluded.%1$s) end
            """
                .formatted(column))
        .param("database", database.value())
        .param("data", at(data))
        .param("now", at(now))
        .update();
  }
}
