package dev.fairlead.backup.backup;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.ToldText;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.ManifestJson;
import dev.fairlead.backup.backup.Backup.Cause;
import dev.fairlead.backup.backup.Backup.Copy;
import dev.fairlead.backup.backup.Backup.Disproof;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupEvent.TransferProgress;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Place;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Writes what becomes of backups into the catalogue. What it says of completed ones can be rebuilt
 * from their manifests.
 */
@Repository
public class BackupEntries {

  private final JdbcClient sql;

  BackupEntries(JdbcClient sql) {
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

  /** Whatever the attempt before had done is done anew. */
  void begun(BackupId id, Instant now) {
    sql.sql(
            """
            update backup set state = 'dumping', attempt = attempt + 1,
                              started_at = coalesce(started_at, ?), done_bytes = null,
                              expected_bytes = null, remaining_millis = null where id = ?
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

  /**
   * One that had expired, of which a store that was away then has a copy. Its manifest may have
   * been forgotten meanwhile.
   */
  public void revive(Manifest manifest) {
    sql.sql(
            """
            update backup set state = 'completed', expired_at = null,
                              manifest = coalesce(manifest, :manifest::jsonb)
             where id = :id and state = 'expired'
            """)
        .param("manifest", json(manifest))
        .param("id", manifest.backup().value())
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
            .params(ToldText.of(defect), id.value(), store)
            .update()
        == 1;
  }

  /**
   * One that was missing has been seen in its store. It counts when it has been read.
   *
   * @return whether it was known to be missing
   */
  public boolean copyIsBack(BackupId id, String store) {
    return sql.sql(
                "update backup_copy set defect = ? where backup = ? and store = ? and defect = ?")
            .params(Copy.BACK, id.value(), store, Copy.NOT_THERE)
            .update()
        == 1;
  }

  /**
   * That it is not what its snapshot was. What an earlier drill proved no longer counts.
   *
   * @return whether this was news
   */
  public boolean disproved(BackupId id, Disproof disproof) {
    return sql.sql(
            """
            with before as (select disproved from backup where id = :id for update)
            update backup set disproved = :detail, disproved_at = :at, disproof = :signed,
                              recovery_millis = null, statement = null,
                              proof = case proof when :drilled then :read else proof end
              from before where id = :id returning before.disproved is null
            """)
        .param("id", id.value())
        .param("detail", ToldText.of(disproof.detail()))
        .param("at", Timestamp.from(disproof.at()))
        .param("signed", disproof.signed())
        .param("drilled", text(ProofLevel.DRILLED))
        .param("read", text(ProofLevel.READ_BACK))
        .query(Boolean.class)
        .single();
  }

  /** Of one that was noted without; a drill may have proved it just now. */
  public void disproofSigned(BackupId id, Instant disprovedAt, String signed) {
    sql.sql("update backup set disproof = ? where id = ? and disproved_at = ?")
        .params(signed, id.value(), Timestamp.from(disprovedAt))
        .update();
  }

  /**
   * It is proved, whatever an earlier drill found.
   *
   * @param statement signed, for whoever wants to see the evidence
   */
  public void drilled(BackupId id, long recoveryMillis, String statement) {
    sql.sql(
            """
            update backup set proof = ?, recovery_millis = ?, statement = ?,
                              disproved = null, disproved_at = null, disproof = null
             where id = ?
            """)
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

  public void expired(BackupId id, Instant now) {
    sql.sql("update backup set state = 'expired', expired_at = ? where id = ?")
        .params(Timestamp.from(now), id.value())
        .update();
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

  private static String json(Manifest manifest) {
    return ManifestJson.forCatalogue(manifest);
  }

  private static @Nullable UUID uuid(@Nullable DeploymentId deployment) {
    return deployment == null ? null : deployment.value();
  }

  /** As the event says it: {@code store-full}. */
  private static String text(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
