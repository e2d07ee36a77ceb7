package dev.fairlead.backup.scrub;

import dev.fairlead.events.BackupId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Scrubbing that somebody asked for.
 *
 * @param backup whose copies are read; every copy whose turn it is when absent
 * @param findings so far
 * @param detail why it ended early, if it did; then {@code advice} says what to do
 */
record ScrubOrder(
    UUID id,
    @Nullable BackupId backup,
    String requestedBy,
    Instant requestedAt,
    State state,
    int attempt,
    @Nullable Instant endedAt,
    List<CopyFinding> findings,
    @Nullable String detail,
    @Nullable String advice) {

  /** Where one is on its way; the last three are ends. */
  enum State {
    REQUESTED,
    RUNNING,
    /** Every copy that was read is good now. */
    COMPLETED,
    /** One is bad, and nothing better was found. */
    CORRUPTED,
    /** One could not be read. */
    FAILED;

    boolean hasEnded() {
      return switch (this) {
        case REQUESTED, RUNNING -> false;
        case COMPLETED, CORRUPTED, FAILED -> true;
      };
    }

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    static State of(String text) {
      return valueOf(text.toUpperCase(Locale.ROOT));
    }

    /** The end that such findings are. */
    static State after(List<CopyFinding> findings) {
      if (findings.stream().anyMatch(it -> it.outcome() == CopyFinding.Outcome.BAD)) {
        return CORRUPTED;
      }
      return findings.stream().anyMatch(it -> it.outcome() == CopyFinding.Outcome.UNREAD)
          ? FAILED
          : COMPLETED;
    }
  }

  boolean hasFound(StoredCopy copy) {
    return findings.stream()
        .anyMatch(it -> it.backup().equals(copy.backup()) && it.store().equals(copy.store()));
  }
}
