package dev.fairlead.backup.retention;

import dev.fairlead.backup.backup.Backup.Copy;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Copies that retention has decided to remove: noted before the first byte is deleted, so that a
 * removal that was interrupted is known, and forgotten after the last.
 */
@Repository
class LeavingCopies {

  private final JdbcClient sql;

  LeavingCopies(JdbcClient sql) {
    this.sql = sql;
  }

  /**
   * @param reason as the verdict gave it
   */
  record Leaving(BackupId backup, DatabaseId database, String store, String reason) {}

  void add(Leaving copy) {
    sql.sql("update backup_copy set leaving = ? where backup = ? and store = ?")
        .params(copy.reason(), copy.backup().value(), copy.store())
        .update();
  }

  /** The oldest first. */
  List<Leaving> of(DatabaseId database) {
    return all().stream().filter(copy -> copy.database().equals(database)).toList();
  }

  /** The oldest of each database first. */
  List<Leaving> all() {
    return sql.sql(
            """
            select c.backup, b.database, c.store, c.leaving
              from backup_copy c join backup b on b.id = c.backup
             where c.leaving is not null order by b.snapshot_at, c.backup, c.store
            """)
        .query(
            (row, number) ->
                new Leaving(
                    new BackupId(row.getObject("backup", UUID.class)),
                    new DatabaseId(row.getString("database")),
                    row.getString("store"),
                    row.getString("leaving")))
        .list();
  }

  /**
   * Whether all that was wrong with it is that the comparison did not find it: then a look at its
   * store may say otherwise by now.
   */
  boolean wasNotThere(Leaving copy) {
    return sql.sql(
            """
            select exists (select from backup_copy where backup = ? and store = ? and defect = ?)
            """)
        .params(copy.backup().value(), copy.store(), Copy.NOT_THERE)
        .query(Boolean.class)
        .single();
  }

  /** It counts again. */
  void stays(Leaving copy) {
    sql.sql("update backup_copy set leaving = null where backup = ? and store = ?")
        .params(copy.backup().value(), copy.store())
        .update();
  }

  /** Whether the catalogue still knew it. */
  boolean forget(Leaving copy) {
    return sql.sql("delete from backup_copy where backup = ? and store = ?")
            .params(copy.backup().value(), copy.store())
            .update()
        == 1;
  }

  /** Whether no store has a copy of its backup any more, not even one that is leaving. */
  boolean wasTheLast(Leaving copy) {
    return sql.sql("select not exists (select from backup_copy where backup = ?)")
        .param(copy.backup().value())
        .query(Boolean.class)
        .single();
  }
}
