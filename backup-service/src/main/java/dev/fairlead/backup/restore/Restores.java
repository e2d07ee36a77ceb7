package dev.fairlead.backup.restore;

import dev.fairlead.backup.backup.Backup.Cause;
import dev.fairlead.backup.restore.RestorePipeline.Restored;
import dev.fairlead.events.BackupEvent.RestoreRequested;
import dev.fairlead.events.BackupEvent.TransferProgress;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.RestoreId;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** All restores there were. */
@Repository
public class Restores {

  /** Backups that something is being restored from. */
  private static final String NEEDED =
      """
      select backup from restore
       where state in ('requested', 'restoring') and backup is not null
       union select backup from file_restore where state = 'REQUESTED'
      """;

  private final JdbcClient sql;

  Restores(JdbcClient sql) {
    this.sql = sql;
  }

  /** Whether this request is the first with its id. */
  boolean add(RestoreRequested request, Cause cause, Instant now) {
    return sql.sql(
                """
                insert into restore (id, database, backup, deployment, new_database, only_table,
                                     with_files, requested_by, request_reason, requested_at, correlation, causation, state)
                values (:id, :database, :backup, :deployment, :newDatabase, :table, :files, :by, :reason, :now,
                        :correlation, :causation, 'requested')
                on conflict do nothing
                """)
            .param("id", request.restore().value())
            .param("database", request.database().toString())
            .param("backup", request.backup() == null ? null : request.backup().value())
            .param("deployment", request.deployment() == null ? null : request.deployment().value())
            .param("newDatabase", request.newDatabase())
            .param("table", request.table())
            .param("files", Boolean.TRUE.equals(request.withFiles()))
            .param("by", request.requestedBy() == null ? null : request.requestedBy().value())
            .param("reason", request.reason())
            .param("now", Timestamp.from(now))
            .param("correlation", cause.correlation())
            .param("causation", cause.causation())
            .update()
        == 1;
  }

  Optional<Restore> find(RestoreId id) {
    return sql.sql("select * from restore where id = ?")
        .param(id.value())
        .query(RestoreRow::read)
        .optional();
  }

  /** Alone until the end of the transaction. */
  Optional<Restore> lock(RestoreId id) {
    return sql.sql("select * from restore where id = ? for update")
        .param(id.value())
        .query(RestoreRow::read)
        .optional();
  }

  List<Restore> list(@Nullable DatabaseId database, int limit) {
    return sql.sql(
            """
            select * from restore where cast(:database as text) is null or database = :database
             order by requested_at desc, id desc limit :limit
            """)
        .param("database", database == null ? null : database.toString())
        .param("limit", limit)
        .query(RestoreRow::read)
        .list();
  }

  /** What retention has to leave alone. */
  public boolean needs(BackupId backup) {
    return sql.sql("select ? in (%s)".formatted(NEEDED))
        .param(backup.value())
        .query(Boolean.class)
        .single();
  }

  /** The same of all backups at once. */
  public Set<BackupId> needed() {
    return sql.sql(NEEDED)
        .query((row, number) -> new BackupId(row.getObject("backup", UUID.class)))
        .set();
  }

  void begun(RestoreId id, BackupId backup, String keptAs, Instant now) {
    sql.sql(
            """
            update restore set state = 'restoring', attempt = attempt + 1, backup = ?,
                               kept_as = case when restored_into is null
                                              then coalesce(kept_as, ?) else kept_as end,
                               started_at = coalesce(started_at, ?), done_bytes = null,
                               expected_bytes = null, remaining_millis = null where id = ?
            """)
        .params(backup.value(), keptAs, Timestamp.from(now), id.value())
        .update();
  }

  void progressed(RestoreId id, TransferProgress progress) {
    sql.sql(
            """
            update restore set done_bytes = :done, expected_bytes = :expected,
                              remaining_millis = :remaining where id = :id
            """)
        .param("done", progress.doneBytes())
        .param("expected", progress.expectedBytes())
        .param("remaining", progress.remainingMillis())
        .param("id", id.value())
        .update();
  }

  /** Those whose replaced database was kept and is, as far as is known, still there. */
  List<Restore> withKeptDatabase() {
    return sql.sql(
            """
            select * from restore where state in ('completed', 'failed') and kept_as is not null
                                    and (restored_into is not null or kept_oid is not null)
                                    and kept_dropped_at is null order by ended_at
            """)
        .query(RestoreRow::read)
        .list();
  }

  boolean isKeptName(String name) {
    return sql.sql("select exists (select 1 from restore where kept_as = ?)")
        .param(name)
        .query(Boolean.class)
        .single();
  }

  void keptIsDropped(RestoreId id, Instant now) {
    sql.sql("update restore set kept_dropped_at = ? where id = ?")
        .params(Timestamp.from(now), id.value())
        .update();
  }

  void temporary(RestoreId id, DatabaseIdentity database) {
    sql.sql("update restore set temporary_oid = :oid, server = :server where id = :id")
        .param("oid", database.oid())
        .param("server", database.server(), Types.VARCHAR)
        .param("id", id.value())
        .update();
  }

  /** Those of which an attempt may have left what it filled: not one that was done at the first. */
  List<Restore> withTemporaryDatabase() {
    return sql.sql(
            """
            select * from restore where temporary_gone_at is null and state in ('failed', 'completed')
               and case when restored_into is not null then attempt > 1
                        else state = 'failed' and (temporary_oid is not null or attempt > 0) end
             order by ended_at
            """)
        .query(RestoreRow::read)
        .list();
  }

  /** Whether another restore has done something with the database that this one noted last. */
  boolean isAnothers(Restore restore) {
    DatabaseIdentity noted = restore.temporary();
    return noted != null
        && sql.sql(
                """
                select exists (select from restore
                                where id <> :id and temporary_oid = :oid
                                  and restored_into is not null
                                  and coalesce(server = :server, true))
                """)
            .param("id", restore.id().value())
            .param("oid", noted.oid())
            .param("server", noted.server(), Types.VARCHAR)
            .query(Boolean.class)
            .single();
  }

  /** It was done although it was told as failed. */
  void keptAfterAll(RestoreId id, DatabaseIdentity kept) {
    sql.sql("update restore set kept_oid = ? where id = ?").params(kept.oid(), id.value()).update();
  }

  /** And with it a name that was only reserved. */
  void temporaryIsGone(RestoreId id, Instant now) {
    sql.sql(
            """
            update restore set temporary_gone_at = ?, kept_as =
                     case when restored_into is not null or kept_oid is not null then kept_as end
             where id = ?
            """)
        .params(Timestamp.from(now), id.value())
        .update();
  }

  /** The database is there, and what it replaced has its name; files may still be to come. */
  void swapped(RestoreId id, Restored restored) {
    DatabaseIdentity kept = restored.kept();
    sql.sql(
            """
            update restore set restored_into = :into, kept_as = :keptAs, kept_oid = :keptOid,
                               server = coalesce(:server, server), store = :store where id = :id
            """)
        .param("keptOid", kept == null ? null : kept.oid(), Types.BIGINT)
        .param("server", kept == null ? null : kept.server(), Types.VARCHAR)
        .param("into", restored.into())
        .param("keptAs", restored.keptAs())
        .param("store", restored.store())
        .param("id", id.value())
        .update();
  }

  /**
   * @param files what became of each; none when none were asked for
   */
  void completed(RestoreId id, Restored restored, List<String> files, Instant now) {
    sql.sql(
            """
            update restore set state = 'completed', ended_at = :now, restored_into = :into,
                               kept_as = :keptAs, store = :store, files = :files where id = :id
            """)
        .param("now", Timestamp.from(now))
        .param("into", restored.into())
        .param("keptAs", restored.keptAs())
        .param("store", restored.store())
        .param("files", files.toArray(String[]::new))
        .param("id", id.value())
        .update();
  }

  /**
   * What had been replaced by then is still kept. Its name stays reserved where the database was
   * filled that was to replace it: whether it has done so the sweep will see.
   */
  void failed(RestoreId id, String detail, String advice, Instant now) {
    sql.sql(
            """
            update restore set state = 'failed', ended_at = ?,
                               kept_as = case when restored_into is not null
                                                   or temporary_oid is not null and new_database is null
                                              then kept_as end,
                               failure_detail = ?,
                               failure_advice = ? where id = ?
            """)
        .params(Timestamp.from(now), detail, advice, id.value())
        .update();
  }
}
