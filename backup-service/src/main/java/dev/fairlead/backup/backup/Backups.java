package dev.fairlead.backup.backup;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.ManifestJson;
import dev.fairlead.backup.backup.Backup.Cause;
import dev.fairlead.backup.backup.Backup.Copy;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupEvent.TransferProgress;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Place;
import dev.fairlead.service.secret.Redaction;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The catalogue of backups. What it says of completed ones can be rebuilt from their manifests. */
@Repository
public class Backups {

  private final JdbcClient sql;

  Backups(JdbcClient sql) {
    this.sql = sql;
  }

  /** Whether this request is the first with its id. */
  public boolean add(BackupRequested request, Cause cause, Instant now) {
    return sql.sql(
                """
                insert into backup (id, database, deployment, requested_by, request_reason,
                                    requested_at, correlation, causation, state, pinned_for)
                values (:id, :database, :deployment, :by, :reason, :now, :correlation, :causation,
                        'requested', :deployment)
                on conflict do nothing
                """)
            .param("id", request.backup().value())
            .param("database", request.database().toString())
            .param("deployment", uuid(request.deployment()))
            .param("by", request.requestedBy() == null ? null : request.requestedBy().value())
            .param("reason", request.reason())
            .param("now", Timestamp.from(now))
            .param("correlation", cause.correlation())
            .param("causation", cause.causation())
            .update()
        == 1;
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

  /** The latest requests first. */
  public List<Backup> list(@Nullable DatabaseId database, int limit) {
    return sql.sql(
            """
            select * from backup where cast(:database as text) is null or database = :database
             order by requested_at desc, id desc limit :limit
            """)
        .param("database", database == null ? null : database.toString())
        .param("limit", limit)
        .query(this::read)
        .list();
  }

  /** The newest data first. */
  public List<Backup> completed(DatabaseId database) {
    Map<UUID, List<Copy>> copies = copiesOfCompleted(database);
    return sql.sql(
            "select * from backup where database = ? and state = 'completed' order by snapshot_at desc")
        .param(database.toString())
        .query(
            (row, number) ->
                BackupRow.read(
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
  public List<Backup> lockCompleted(DatabaseId database) {
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

  public boolean hasCompleted(DatabaseId database) {
    return sql.sql("select exists(select from backup where database = ? and state = 'completed')")
        .param(database.toString())
        .query(Boolean.class)
        .single();
  }

  /** The newest completed one that was made here, or is vouched for by our key. */
  public Optional<Backup> newestTrusted(DatabaseId database) {
    return sql.sql(
            """
            select * from backup where database = ? and state = 'completed' and trusted
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

  /** Completed ones that should have a good copy in this store. */
  public List<Backup> copiesIn(String store) {
    return sql.sql(
            """
            select * from backup where state = 'completed' and id in
                   (select backup from backup_copy
                     where store = ? and defect is null and leaving is null)
            """)
        .param(store)
        .query(this::read)
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

  void begun(BackupId id, Instant now) {
    sql.sql(
            """
            update backup set state = 'dumping', attempt = attempt + 1,
                              started_at = coalesce(started_at, ?) where id = ?
            """)
        .params(Timestamp.from(now), id.value())
        .update();
  }

  void progressed(BackupId id, TransferProgress progress) {
    sql.sql(
            """
            update backup set done_bytes = :done, expected_bytes = :expected,
                              remaining_millis = :remaining where id = :id
            """)
        .param("done", progress.doneBytes())
        .param("expected", progress.expectedBytes())
        .param("remaining", progress.remainingMillis())
        .param("id", id.value())
        .update();
  }

  void notBegun(BackupId id) {
    sql.sql("update backup set state = 'requested', attempt = attempt - 1 where id = ?")
        .param(id.value())
        .update();
  }

  void waiting(BackupId id) {
    sql.sql("update backup set state = 'requested' where id = ?").param(id.value()).update();
  }

  public void completed(Manifest manifest, List<Copy> copies, Instant now) {
    sql.sql(
            """
            update backup set state = 'completed', ended_at = :now, manifest = :manifest::jsonb,
                              snapshot_at = :snapshot, proof = :proof where id = :id
            """)
        .param("now", Timestamp.from(now))
        .param("manifest", json(manifest))
        .param("snapshot", Timestamp.from(manifest.source().snapshotAt()))
        .param("proof", text(ProofLevel.READ_BACK))
        .param("id", manifest.backup().value())
        .update();
    copies.forEach(copy -> addCopy(manifest.backup(), copy));
  }

  /**
   * A backup that was found in a store and is in no row yet. That of a deployment counts as pinned
   * until the next one succeeds: whether it still is, nobody knows any more.
   *
   * @param trusted whether our key signed it
   */
  public void adopt(Manifest manifest, boolean trusted) {
    sql.sql(
            """
            insert into backup (id, database, deployment, requested_at, state, attempt, ended_at,
                                manifest, snapshot_at, pinned_for, trusted)
            values (:id, :database, :deployment, :requested, 'completed', 1, :completed,
                    :manifest::jsonb, :snapshot, :deployment, :trusted)
            on conflict do nothing
            """)
        .param("id", manifest.backup().value())
        .param("database", manifest.database().toString())
        .param("deployment", uuid(manifest.deployment()))
        .param("requested", Timestamp.from(manifest.requestedAt()))
        .param("completed", Timestamp.from(manifest.completedAt()))
        .param("manifest", json(manifest))
        .param("snapshot", Timestamp.from(manifest.source().snapshotAt()))
        .param("trusted", trusted)
        .update();
  }

  public void trust(BackupId id) {
    sql.sql("update backup set trusted = true where id = ?").param(id.value()).update();
  }

  public void addCopy(BackupId id, Copy copy) {
    sql.sql(
            "insert into backup_copy (backup, store, location) values (?, ?, ?) on conflict do nothing")
        .params(id.value(), copy.store(), copy.location())
        .update();
  }

  /** Whether this was news; of a copy that is being removed it is none. */
  public boolean copyIsDefect(BackupId id, String store, String defect) {
    return sql.sql(
                """
                update backup_copy set defect = ?
                 where backup = ? and store = ? and defect is null and leaving is null
                """)
            .params(Redaction.redact(defect), id.value(), store)
            .update()
        == 1;
  }

  /**
   * @param statement signed, for whoever wants to see the evidence
   */
  public void drilled(BackupId id, long recoveryMillis, String statement) {
    sql.sql("update backup set proof = ?, recovery_millis = ?, statement = ? where id = ?")
        .params(text(ProofLevel.DRILLED), recoveryMillis, statement, id.value())
        .update();
  }

  void failed(BackupId id, BackupFailure failure, Instant now) {
    sql.sql(
            """
            update backup set state = 'failed', ended_at = ?, failure_reason = ?,
                              failure_detail = ?, failure_advice = ? where id = ?
            """)
        .params(
            Timestamp.from(now),
            text(failure.reason()),
            failure.detail(),
            failure.advice(),
            id.value())
        .update();
  }

  public void expired(BackupId id) {
    sql.sql("update backup set state = 'expired' where id = ?").param(id.value()).update();
  }

  /**
   * From now on only the backup of {@code deployment} is needed to roll this place back.
   *
   * @param succeededAt what was requested later belongs to a later deployment: this may be heard
   *     late
   */
  public void unpinAllBut(Place place, DeploymentId deployment, Instant succeededAt) {
    sql.sql(
            """
            update backup set pinned_for = null
             where starts_with(database, ?) and pinned_for is not null and pinned_for <> ?
               and requested_at < ?
            """)
        .params(place + "/", deployment.value(), Timestamp.from(succeededAt))
        .update();
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

  private static String json(Manifest manifest) {
    return new String(ManifestJson.write(manifest), StandardCharsets.UTF_8);
  }

  private static @Nullable UUID uuid(@Nullable DeploymentId deployment) {
    return deployment == null ? null : deployment.value();
  }

  /** As the event says it: {@code store-full}. */
  private static String text(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
