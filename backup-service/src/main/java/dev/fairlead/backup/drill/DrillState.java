package dev.fairlead.backup.drill;

import java.util.Locale;

/** Where a drill is on its way; the last three are ends. */
public enum DrillState {
  /** Somebody waits for it; its backup is not complete yet. */
  WANTED,
  /** Waits for its turn: one at a time runs on a machine. */
  WAITING,
  RUNNING,
  PROVED,
  /** The backup, or one of its copies, is not what it should be. */
  DISPROVED,
  /** Nothing was found out. */
  FAILED;

  public boolean hasEnded() {
    return switch (this) {
      case WANTED, WAITING, RUNNING -> false;
      case PROVED, DISPROVED, FAILED -> true;
    };
  }

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static DrillState of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
