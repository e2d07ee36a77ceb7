package dev.fairlead.backup.drill;

import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The latest drill of one backup.
 *
 * @param store whose copy was restored
 * @param detail what was found, unless it proved the backup; then {@code advice} says what to do
 */
public record Drill(
    BackupId backup,
    DatabaseId database,
    DrillState state,
    int attempt,
    Instant requestedAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable String store,
    @Nullable String detail,
    @Nullable String advice) {}
