package dev.fairlead.backup.restore;

import dev.fairlead.events.BackupEvent.TransferProgress;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.RestoreId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A restore as the HTTP interface shows it. */
record RestoreView(
    RestoreId restore,
    DatabaseId database,
    String state,
    @Nullable BackupId backup,
    @Nullable DeploymentId deployment,
    @Nullable String newDatabase,
    @Nullable String table,
    boolean withFiles,
    @Nullable String requestedBy,
    @Nullable String requestReason,
    Instant requestedAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable TransferProgress progress,
    @Nullable String restoredInto,
    @Nullable String keptAs,
    @Nullable Instant keptDroppedAt,
    @Nullable String store,
    List<String> files,
    @Nullable String detail,
    @Nullable String advice) {

  static RestoreView of(Restore restore) {
    return new RestoreView(
        restore.id(),
        restore.database(),
        restore.state().text(),
        restore.backup(),
        restore.deployment(),
        restore.newDatabase(),
        restore.table(),
        restore.withFiles(),
        restore.requestedBy(),
        restore.requestReason(),
        restore.requestedAt(),
        restore.startedAt(),
        restore.endedAt(),
        restore.state().hasEnded() ? null : restore.progress(),
        restore.restoredInto(),
        restore.nameOfKept(),
        restore.keptDroppedAt(),
        restore.store(),
        restore.files(),
        restore.detail(),
        restore.advice());
  }
}
