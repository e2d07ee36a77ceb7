package dev.fairlead.backup.backup;

import java.util.Locale;

/** Where a backup is on its way; the last three are ends. */
public enum BackupState {
  /** Waits for its turn: one at a time works on a database. */
  REQUESTED,
  DUMPING,
  /** Its manifest exists in every store. */
  COMPLETED,
  FAILED,
  /** It was completed; retention has removed its last copy. */
  EXPIRED;

  public boolean hasEnded() {
    return switch (this) {
      case REQUESTED, DUMPING -> false;
      case COMPLETED, FAILED, EXPIRED -> true;
    };
  }

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static BackupState of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
