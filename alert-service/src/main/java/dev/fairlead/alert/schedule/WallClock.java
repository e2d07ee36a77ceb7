package dev.fairlead.alert.schedule;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;

/** What the clock on the wall says, and when. */
final class WallClock {

  private WallClock() {}

  /**
   * When the clock shows it: the first time of two where it is put back, and the first moment after
   * the gap where it is put forward past it.
   */
  static Instant instant(LocalDateTime shown, ZoneId zone) {
    ZoneOffsetTransition transition = zone.getRules().getTransition(shown);
    return transition != null && transition.isGap()
        ? transition.getInstant()
        : shown.atZone(zone).withEarlierOffsetAtOverlap().toInstant();
  }
}
