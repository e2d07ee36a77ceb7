package dev.fairlead.alert.watchdog;

import dev.fairlead.events.BackupEvent.ProofLevel;

/** How well a backup must be proved to count; each includes those before it. */
public enum Proof {
  /** Its manifest exists. */
  COMPLETED,
  /** Every stored byte was read again. */
  READ_BACK,
  /** It was restored and compared. */
  DRILLED;

  static Proof of(ProofLevel level) {
    return switch (level) {
      case READ_BACK -> READ_BACK;
      case DRILLED -> DRILLED;
    };
  }

  /** As a person would say it: {@code a drilled backup}. */
  String words() {
    return switch (this) {
      case COMPLETED -> "a completed backup";
      case READ_BACK -> "a backup that was read back";
      case DRILLED -> "a drilled backup";
    };
  }
}
