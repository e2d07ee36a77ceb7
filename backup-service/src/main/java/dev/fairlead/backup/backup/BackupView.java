package dev.fairlead.backup.backup;

import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.RetentionClass;
import dev.fairlead.backup.backup.Backup.Copy;
import dev.fairlead.backup.backup.Backup.Disproof;
import dev.fairlead.backup.backup.Backup.Failure;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupEvent.TransferProgress;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A backup as the HTTP interface shows it. */
record BackupView(
    BackupId backup,
    DatabaseId database,
    String state,
    @Nullable ProofLevel proof,
    @Nullable DeploymentId deployment,
    @Nullable DeploymentId pinnedFor,
    @Nullable RetentionClass retentionClass,
    @Nullable String requestedBy,
    @Nullable String requestReason,
    Instant requestedAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable Instant snapshotAt,
    @Nullable TransferProgress progress,
    @Nullable Long sizeBytes,
    @Nullable String sha256,
    @Nullable Integer tables,
    @Nullable Long rows,
    @Nullable String serverVersion,
    @Nullable Long recoveryMillis,
    @Nullable String statement,
    @Nullable String disproved,
    boolean trusted,
    @Nullable String reason,
    @Nullable String detail,
    @Nullable String advice,
    @Nullable List<String> notes,
    List<Copy> copies) {

  static BackupView of(Backup backup) {
    Manifest manifest = backup.manifest();
    Failure failure = backup.failure();
    Disproof disproof = backup.disproof();
    return new BackupView(
        backup.id(),
        backup.database(),
        backup.state().text(),
        backup.proof(),
        backup.deployment(),
        backup.pinnedFor(),
        backup.retentionClass().orElse(null),
        backup.requestedBy(),
        backup.requestReason(),
        backup.requestedAt(),
        backup.startedAt(),
        backup.endedAt(),
        manifest == null ? null : manifest.source().snapshotAt(),
        backup.state().hasEnded() ? null : backup.progress(),
        manifest == null ? null : manifest.archive().sizeBytes(),
        manifest == null ? null : manifest.archive().sha256(),
        manifest == null ? null : manifest.tables().size(),
        manifest == null ? null : manifest.rows(),
        manifest == null ? null : manifest.source().serverVersion(),
        backup.recoveryMillis(),
        backup.statement(),
        disproof == null ? null : disproof.detail(),
        backup.trusted(),
        failure == null ? null : failure.reason(),
        failure == null ? null : failure.detail(),
        failure == null ? null : failure.advice(),
        manifest == null ? null : manifest.notes(),
        backup.copies());
  }
}
