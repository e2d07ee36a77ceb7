package dev.fairlead.backup.reconciliation;

import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.backup.Backup.Copy;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** By what the catalogue knows the stores again. */
@Repository
public class StoreMarks {

  private final JdbcClient sql;

  StoreMarks(JdbcClient sql) {
    this.sql = sql;
  }

  /** Empty until it was first used. */
  Optional<String> of(String store) {
    return sql.sql("select mark from store_mark where store = ?")
        .param(store)
        .query(String.class)
        .optional();
  }

  void remember(String store, String mark) {
    sql.sql(
            """
            insert into store_mark (store, mark) values (?, ?)
            on conflict (store) do update set mark = excluded.mark
            """)
        .params(store, mark)
        .update();
  }

  /**
   * The backups of which a copy should be there. One that was missing when somebody looked counts
   * as well: what was looked at may have been an empty mount point.
   */
  Set<BackupKeys> expected(String store) {
    return sql.sql(
            """
            select b.database, b.id from backup b join backup_copy c on c.backup = b.id
             where c.store = :store and c.leaving is null and b.state = 'completed'
               and (c.defect is null or c.defect in (:missing, :back))
            """)
        .param("store", store)
        .param("missing", Copy.NOT_THERE)
        .param("back", Copy.BACK)
        .query(
            (row, number) ->
                new BackupKeys(
                    new DatabaseId(row.getString("database")),
                    new BackupId(row.getObject("id", UUID.class))))
        .set();
  }
}
