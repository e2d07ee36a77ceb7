package dev.fairlead.backup.restore;

import java.util.Locale;

/** Where a restore is on its way; the last two are ends. */
public enum RestoreState {
  REQUESTED,
  RESTORING,
  COMPLETED,
  FAILED;

  public boolean hasEnded() {
    return switch (this) {
      case REQUESTED, RESTORING -> false;
      case COMPLETED, FAILED -> true;
    };
  }

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static RestoreState of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
