package dev.fairlead.backup.scrub;

import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.ManifestJson;
import dev.fairlead.events.BackupId;
import dev.fairlead.service.secret.Redaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What the catalogue knows of the readings of copies. */
@Repository
class CopyReadings {

  private final JdbcClient sql;

  CopyReadings(JdbcClient sql) {
    this.sql = sql;
  }

  /** Of completed backups; those that were not read for the longest time first. */
  List<StoredCopy> all() {
    return sql.sql(
            """
            select c.backup, c.store, c.defect, coalesce(c.read_at, b.ended_at) as last_read
              from backup_copy c join backup b on b.id = c.backup
             where b.state = 'completed' and b.manifest is not null and c.leaving is null
             order by last_read, c.backup, c.store
            """)
        .query(CopyReadings::read)
        .list();
  }

  /** What a copy of the backup must hold; manifests are large, and few are due at a time. */
  Optional<Manifest> manifestOf(BackupId backup) {
    return sql.sql(
            "select manifest from backup where id = ? and state = 'completed' and manifest is not null")
        .param(backup.value())
        .query(String.class)
        .optional()
        .map(ManifestJson::fromCatalogue);
  }

  /** Whether retention has left it there. */
  boolean isWanted(BackupId backup, String store) {
    return sql.sql(
            """
            select exists (select from backup_copy
                            where backup = ? and store = ? and leaving is null)
            """)
        .params(backup.value(), store)
        .query(Boolean.class)
        .single();
  }

  /**
   * One that was known to be bad is what it should be again.
   *
   * @return whether this was news: another may have found it first, or retention have removed it
   */
  boolean healed(BackupId backup, String store, Instant now) {
    return sql.sql(
                """
                update backup_copy set read_at = ?, defect = null
                 where backup = ? and store = ? and defect is not null and leaving is null
                """)
            .params(Timestamp.from(now), backup.value(), store)
            .update()
        == 1;
  }

  /** It is what it should be; what was wrong with it before no longer counts. */
  void good(BackupId backup, String store, Instant now) {
    sql.sql(
            """
            update backup_copy set read_at = ?, defect = null
             where backup = ? and store = ? and leaving is null
            """)
        .params(Timestamp.from(now), backup.value(), store)
        .update();
  }

  /**
   * What is wrong with one that was known to be bad.
   *
   * @return whether it still is, and retention has left it there
   */
  boolean stillBad(BackupId id, String store, String defect) {
    return sql.sql(
                """
                update backup_copy set defect = ?
                 where backup = ? and store = ? and defect is not null and leaving is null
                """)
            .params(Redaction.redact(defect), id.value(), store)
            .update()
        == 1;
  }

  private static StoredCopy read(ResultSet row, int number) throws SQLException {
    return new StoredCopy(
        new BackupId(row.getObject("backup", UUID.class)),
        row.getString("store"),
        row.getObject("last_read", OffsetDateTime.class).toInstant(),
        row.getString("defect"));
  }
}
