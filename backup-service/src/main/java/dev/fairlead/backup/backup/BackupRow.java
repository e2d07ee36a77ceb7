package dev.fairlead.backup.backup;

import dev.fairlead.backup.ProgressColumns;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.ManifestJson;
import dev.fairlead.backup.archive.RetentionClass;
import dev.fairlead.backup.backup.Backup.Cause;
import dev.fairlead.backup.backup.Backup.Copy;
import dev.fairlead.backup.backup.Backup.Disproof;
import dev.fairlead.backup.backup.Backup.Failure;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a row of table {@code backup} says. */
final class BackupRow {

  static final String COMPLETED =
      """
      select id, snapshot_at, trusted, proof, disproved, pinned_for, deployment, requested_by,
             causation, manifest ->> 'retentionClass' as retention_class
        from backup
       where database = ? and state = 'completed' and manifest is not null
       order by snapshot_at desc, id
      """;

  private BackupRow() {}

  static Backup read(ResultSet row, List<Copy> copies) throws SQLException {
    return new Backup(
        new BackupId(row.getObject("id", UUID.class)),
        new DatabaseId(row.getString("database")),
        deployment(row, "deployment"),
        row.getString("requested_by"),
        row.getString("request_reason"),
        row.getObject("requested_at", OffsetDateTime.class).toInstant(),
        new Cause(row.getString("correlation"), row.getString("causation")),
        BackupState.of(row.getString("state")),
        row.getInt("attempt"),
        instant(row, "started_at"),
        instant(row, "ended_at"),
        failure(row),
        manifest(row),
        proof(row),
        row.getObject("recovery_millis", Long.class),
        row.getString("statement"),
        disproof(row),
        row.getBoolean("trusted"),
        deployment(row, "pinned_for"),
        ProgressColumns.read(row),
        copies);
  }

  /** Of what {@link #COMPLETED} selects. */
  static CompletedBackup readCompleted(ResultSet row, List<Copy> copies) throws SQLException {
    Optional<RetentionClass> requested =
        Backup.retentionClass(
            deployment(row, "deployment"),
            row.getString("requested_by"),
            row.getString("causation"));
    return new CompletedBackup(
        new BackupId(row.getObject("id", UUID.class)),
        row.getObject("snapshot_at", OffsetDateTime.class).toInstant(),
        row.getBoolean("trusted"),
        proof(row),
        row.getString("disproved"),
        deployment(row, "pinned_for"),
        RetentionClass.of(row.getString("retention_class")).or(() -> requested).orElse(null),
        copies);
  }

  private static @Nullable Failure failure(ResultSet row) throws SQLException {
    String reason = row.getString("failure_reason");
    return reason == null
        ? null
        : new Failure(reason, row.getString("failure_detail"), row.getString("failure_advice"));
  }

  private static @Nullable ProofLevel proof(ResultSet row) throws SQLException {
    String proof = row.getString("proof");
    return proof == null
        ? null
        : ProofLevel.valueOf(proof.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  private static @Nullable Disproof disproof(ResultSet row) throws SQLException {
    String detail = row.getString("disproved");
    return detail == null
        ? null
        : new Disproof(
            detail,
            Objects.requireNonNullElse(instant(row, "disproved_at"), Instant.EPOCH),
            row.getString("disproof"));
  }

  private static @Nullable Manifest manifest(ResultSet row) throws SQLException {
    String json = row.getString("manifest");
    return json == null ? null : ManifestJson.fromCatalogue(json);
  }

  private static @Nullable DeploymentId deployment(ResultSet row, String column)
      throws SQLException {
    UUID value = row.getObject(column, UUID.class);
    return value == null ? null : new DeploymentId(value);
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
    return value == null ? null : value.toInstant();
  }
}
