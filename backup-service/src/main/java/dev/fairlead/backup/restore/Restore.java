package dev.fairlead.backup.restore;

import dev.fairlead.backup.backup.Backup.Cause;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.RestoreId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One restore.
 *
 * @param backup the one asked for, or, from its beginning on, the one that was chosen
 * @param keptAs the name reserved for the database that is replaced
 * @param temporaryOid of the database being filled
 */
public record Restore(
    RestoreId id,
    DatabaseId database,
    @Nullable BackupId backup,
    @Nullable DeploymentId deployment,
    @Nullable String newDatabase,
    @Nullable String requestedBy,
    @Nullable String requestReason,
    Instant requestedAt,
    Cause cause,
    RestoreState state,
    int attempt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable String keptAs,
    @Nullable Long temporaryOid,
    @Nullable String restoredInto,
    @Nullable String store,
    @Nullable String detail,
    @Nullable String advice) {}
