package dev.fairlead.backup.backup;

import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.backup.Backup.Copy;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What the catalogue says of backups. Looks only; {@link BackupEntries} writes. */
@Repository
public class Backups {

  private final JdbcClient sql;

  Backups(JdbcClient sql) {
    this.sql = sql;
  }

  public Optional<Backup> find(BackupId id) {
    return sql.sql("select * from backup where id = ?")
        .param(id.value())
        .query(this::read)
        .optional();
  }

  /** Alone until the end of the transaction. */
  public Optional<Backup> lock(BackupId id) {
    return sql.sql("select * from backup where id = ? for update")
        .param(id.value())
        .query(this::read)
        .optional();
  }

  /** The latest requests first. Each is read when it is its turn, and none is held. */
  public Stream<Backup> list(@Nullable DatabaseId database, int limit) {
    return sql
        .sql(
            """
            select id from backup where cast(:database as text) is null or database = :database
             order by requested_at desc, id desc limit :limit
            """)
        .param("database", database == null ? null : database.toString())
        .param("limit", limit)
        .query(UUID.class)
        .list()
        .stream()
        .flatMap(id -> find(new BackupId(id)).stream());
  }

  /** The newest data first. */
  public List<CompletedBackup> completed(DatabaseId database) {
    Map<UUID, List<Copy>> copies = copiesOfCompleted(database);
    return sql.sql(BackupRow.COMPLETED)
        .param(database.toString())
        .query(
            (row, number) ->
                BackupRow.readCompleted(
                    row, copies.getOrDefault(row.getObject("id", UUID.class), List.of())))
        .list();
  }

  private Map<UUID, List<Copy>> copiesOfCompleted(DatabaseId database) {
    Map<UUID, List<Copy>> copies = new HashMap<>();
    sql.sql(
            """
            select c.* from backup_copy c join backup b on b.id = c.backup
             where b.database = ? and b.state = 'completed' and c.leaving is null order by c.store
            """)
        .param(database.toString())
        .query(
            row -> {
              copies
                  .computeIfAbsent(row.getObject("backup", UUID.class), _ -> new ArrayList<>())
                  .add(copy(row));
            });
    return copies;
  }

  /** The same; until the end of the transaction no restore begins with one of them. */
  public List<CompletedBackup> lockCompleted(DatabaseId database) {
    sql.sql(
            """
            select id from backup where database = ? and state = 'completed'
             order by snapshot_at desc, id for update
            """)
        .param(database.toString())
        .query(UUID.class)
        .list();
    return completed(database);
  }

  /** The databases of applied manifests that have a completed one. */
  public Set<DatabaseId> withCompleted() {
    return sql.sql(
            """
            select id from known_database
             where exists (select from backup
                            where backup.database = known_database.id and state = 'completed')
            """)
        .query((row, number) -> new DatabaseId(row.getString(1)))
        .set();
  }

  /** The newest completed one that was made here, or is vouched for by our key. */
  public Optional<Backup> newestTrusted(DatabaseId database) {
    return sql.sql(
            """
            select * from backup
             where database = ? and state = 'completed' and trusted and disproved is null
             order by snapshot_at desc limit 1
            """)
        .param(database.toString())
        .query(this::read)
        .optional();
  }

  /** The newest one that a drill has proved and that still has a good copy. */
  public Optional<Backup> newestProved(DatabaseId database) {
    return sql.sql(
            """
            select * from backup b
             where database = ? and state = 'completed' and proof = 'drilled'
               and disproved is null
               and exists (select from backup_copy c
                            where c.backup = b.id and c.defect is null and c.leaving is null)
             order by snapshot_at desc limit 1
            """)
        .param(database.toString())
        .query(this::read)
        .optional();
  }

  /** How many that the timetable asked for have not ended. */
  public int scheduledUnderWay() {
    return sql.sql(
            """
            select count(*) from backup
             where state in ('requested', 'dumping') and requested_by = ?
            """)
        .param(Backup.TIMETABLE.value())
        .query(Integer.class)
        .single();
  }

  /**
   * Completed ones that should have a good copy in this store. Only which they are: with all their
   * manifests they may be more than the memory holds.
   *
   * @param ended before this moment
   */
  public List<BackupKeys> copiesIn(String store, Instant ended) {
    return sql.sql(
            """
            select id, database from backup
             where state = 'completed' and ended_at < ? and id in
                   (select backup from backup_copy
                     where store = ? and defect is null and leaving is null)
            """)
        .params(Timestamp.from(ended), store)
        .query(
            (row, number) ->
                new BackupKeys(
                    new DatabaseId(row.getString("database")),
                    new BackupId(row.getObject("id", UUID.class))))
        .list();
  }

  /** Whether retention is about to take its copy out of this store. */
  public boolean isLeaving(BackupId id, String store) {
    return sql.sql(
            """
            select exists (select from backup_copy
                            where backup = ? and store = ? and leaving is not null)
            """)
        .params(id.value(), store)
        .query(Boolean.class)
        .single();
  }

  public List<DatabaseId> databases() {
    return sql.sql("select distinct database from backup order by 1")
        .query((row, number) -> new DatabaseId(row.getString(1)))
        .list();
  }

  private Backup read(ResultSet row, int number) throws SQLException {
    return BackupRow.read(row, copies(new BackupId(row.getObject("id", UUID.class))));
  }

  private List<Copy> copies(BackupId id) {
    return sql.sql("select * from backup_copy where backup = ? and leaving is null order by store")
        .param(id.value())
        .query((row, number) -> copy(row))
        .list();
  }

  private static Copy copy(ResultSet row) throws SQLException {
    return new Copy(row.getString("store"), row.getString("location"), row.getString("defect"));
  }
}
