package dev.fairlead.alert.channel;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Why people are told. */
public enum NoticeKind {
  /** Something broke. */
  FIRED,
  /** What is broken became more urgent. */
  WORSENED,
  /** It is still broken, and nobody has acknowledged it. */
  REMINDER,
  /** Somebody takes care of it. */
  ACKNOWLEDGED,
  /** It is over. */
  RESOLVED;

  /** As in JSON and in the table: fired, worsened … */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static NoticeKind of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  boolean alarms() {
    return this == FIRED || this == WORSENED || this == REMINDER;
  }
}
