package dev.fairlead.backup.drill;

import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A drill as the HTTP interface shows it. */
record DrillView(
    BackupId backup,
    DatabaseId database,
    String state,
    Instant requestedAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable String store,
    @Nullable String detail,
    @Nullable String advice) {

  static DrillView of(Drill drill) {
    return new DrillView(
        drill.backup(),
        drill.database(),
        drill.state().text(),
        drill.requestedAt(),
        drill.startedAt(),
        drill.endedAt(),
        drill.store(),
        drill.detail(),
        drill.advice());
  }
}
