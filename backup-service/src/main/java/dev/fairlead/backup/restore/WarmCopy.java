package dev.fairlead.backup.restore;

import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A backup that is kept restored, beside the database it is of.
 *
 * @param name of that copy on the server
 * @param oid of it; present once it is ready
 * @param server that it is on, by its system identifier; absent where that is not known
 * @param notSet settings that the server refused when it was made, and why
 * @param detail why there is none, if it failed; then {@code advice} says what to do
 */
public record WarmCopy(
    BackupId backup,
    DatabaseId database,
    String name,
    @Nullable Long oid,
    @Nullable String server,
    State state,
    int attempt,
    Instant requestedAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    List<String> notSet,
    @Nullable String detail,
    @Nullable String advice) {

  /** Where one is on its way. */
  public enum State {
    REQUESTED,
    MAKING,
    READY,
    FAILED,
    /** Nobody needs it any more; no restore may use it. */
    DROPPING
  }

  /**
   * @param database its name on the server
   */
  public static String nameFor(String database, BackupId backup) {
    String id = backup.toString();
    return RestoreOrder.named(database, "_warm_" + id.substring(id.length() - 12));
  }
}
