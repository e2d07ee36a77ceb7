package dev.fairlead.backup.restore;

import dev.fairlead.backup.backup.Backup.Cause;
import dev.fairlead.events.BackupEvent.TransferProgress;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.RestoreId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One restore.
 *
 * @param backup the one asked for, or, from its beginning on, the one that was chosen
 * @param table {@code schema.table} whose rows alone are restored; all of them when absent
 * @param withFiles whether the files of the same restore point come back as well
 * @param keptAs the name reserved for the database that is replaced, or, once it is, its name
 * @param keptDroppedAt when the database that was kept was dropped
 * @param temporary the database being filled
 * @param kept the database that was replaced; absent where an earlier version has kept it
 * @param files for each archived path what was put there, and where the one before it is
 * @param progress as it was last told
 */
public record Restore(
    RestoreId id,
    DatabaseId database,
    @Nullable BackupId backup,
    @Nullable DeploymentId deployment,
    @Nullable String newDatabase,
    @Nullable String table,
    boolean withFiles,
    @Nullable String requestedBy,
    @Nullable String requestReason,
    Instant requestedAt,
    Cause cause,
    RestoreState state,
    int attempt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable String keptAs,
    @Nullable Instant keptDroppedAt,
    @Nullable DatabaseIdentity temporary,
    @Nullable DatabaseIdentity kept,
    @Nullable String restoredInto,
    @Nullable String store,
    List<String> files,
    @Nullable TransferProgress progress,
    @Nullable String detail,
    @Nullable String advice) {

  /** The database that was replaced; absent as long as it is not known that one was. */
  @Nullable String nameOfKept() {
    return state.hasEnded() && (restoredInto != null || kept != null) ? keptAs : null;
  }
}
