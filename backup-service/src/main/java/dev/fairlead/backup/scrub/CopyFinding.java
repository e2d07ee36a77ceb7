package dev.fairlead.backup.scrub;

import dev.fairlead.events.BackupId;
import org.jspecify.annotations.Nullable;

/**
 * What came of reading one copy.
 *
 * @param detail in words; absent for a good one
 */
record CopyFinding(BackupId backup, String store, Outcome outcome, @Nullable String detail) {

  enum Outcome {
    GOOD,
    /** It was bad, and a good one of another store has taken its place. */
    HEALED,
    BAD,
    /** Its store could not be read, which says nothing about the copy. */
    UNREAD
  }

  @Nullable String detailIfBad() {
    return switch (outcome) {
      case GOOD, HEALED -> null;
      case BAD, UNREAD -> detail;
    };
  }

  @Override
  public String toString() {
    return "%s in store %s: %s".formatted(backup, store, detail);
  }
}
