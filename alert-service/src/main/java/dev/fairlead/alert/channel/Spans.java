package dev.fairlead.alert.channel;

import java.time.Duration;

/** Durations as people say them. */
public final class Spans {

  private Spans() {}

  /** The two largest units that matter: {@code 3 min 20 s}, {@code 2 d 4 h}, {@code 0 s}. */
  public static String words(Duration span) {
    Duration length = span.isNegative() ? Duration.ZERO : span;
    if (length.toDays() > 0) {
      return pair(length.toDays(), "d", length.toHoursPart(), "h");
    }
    if (length.toHours() > 0) {
      return pair(length.toHours(), "h", length.toMinutesPart(), "min");
    }
    if (length.toMinutes() > 0) {
      return pair(length.toMinutes(), "min", length.toSecondsPart(), "s");
    }
    return length.toSeconds() + " s";
  }

  private static String pair(long large, String unit, int small, String smallUnit) {
    return small == 0 ? large + " " + unit : "%d %s %d %s".formatted(large, unit, small, smallUnit);
  }
}
