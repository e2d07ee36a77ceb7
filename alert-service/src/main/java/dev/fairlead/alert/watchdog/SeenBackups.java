package dev.fairlead.alert.watchdog;

import static dev.fairlead.alert.Moments.at;

import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
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
    sql.sql(
            """
            insert into seen_backup (backup, database, snapshot_at, seen_at) values (?, ?, ?, ?)
            on conflict do nothing
            """)
        .params(backup.value(), database.value(), at(data), at(now))
        .update();
    sql.sql("delete from seen_backup where seen_at < ?")
        .param(at(now.minus(FORGET_AFTER)))
        .update();
    standing(backup).ifPresent(known -> proved(database, ProofLevel.COMPLETED, known, now));
  }

  /**
   * Of a backup whose completion was never told, nothing is known that could be proved; and of one
   * that was disproved only a later drill proves anything. A fact that is read again is no later
   * one: in doubt the backup counts as none.
   *
   * @param toldAt when it was verified
   */
  void verified(
      BackupId backup, DatabaseId database, ProofLevel proof, Instant toldAt, Instant now) {
    if (proof == ProofLevel.DRILLED) {
      sql.sql("update seen_backup set disproved_at = null where backup = ? and disproved_at < ?")
          .params(backup.value(), at(toldAt))
          .update();
    }
    sql.sql("update seen_backup set proof = :proof where backup = :backup and proof = any(:less)")
        .param("proof", Expectations.text(proof))
        .param("backup", backup.value())
        .param("less", columns(each -> each.compareTo(proof) < 0))
        .update();
    standing(backup).ifPresent(data -> proved(database, proof, data, now));
  }

  /**
   * It counts as none, and where it was the newest one, the newest before it does again.
   *
   * @param toldAt when it was disproved
   */
  void disproved(BackupId backup, DatabaseId database, Instant toldAt) {
    sql.sql(
            """
            update seen_backup set disproved_at = greatest(disproved_at, :told)
             where backup = :backup
            """)
        .param("told", at(toldAt))
        .param("backup", backup.value())
        .update();
    for (ProofLevel each : ProofLevel.values()) {
      recount(backup, database, each);
    }
  }

  private void recount(BackupId backup, DatabaseId database, ProofLevel proof) {
    sql.sql(
            """
            update newest_backup n
               set %1$s = (select max(s.snapshot_at) from seen_backup s
                            where s.database = n.database and s.disproved_at is null
                              and s.proof = any(:proofs))
             where n.database = :database
               and n.%1$s = (select snapshot_at from seen_backup where backup = :backup)
            """
                .formatted(Expectations.text(proof)))
        .param("proofs", columns(each -> each.compareTo(proof) >= 0))
        .param("database", database.value())
        .param("backup", backup.value())
        .update();
  }

  private static String[] columns(Predicate<ProofLevel> which) {
    return Stream.of(ProofLevel.values())
        .filter(which)
        .map(Expectations::text)
        .toArray(String[]::new);
  }

  /** The data of one that was not disproved. */
  private Optional<Instant> standing(BackupId backup) {
    return sql.sql("select snapshot_at from seen_backup where backup = ? and disproved_at is null")
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
