package dev.fairlead.service.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * How many of nobody's refused requests are recorded. Each is a row, an event and a line kept for
 * weeks: whoever reaches the port must not be able to fill the trail, or the disk below it.
 */
final class Strangers {

  /** Of one process, in a minute; what comes beyond is counted. */
  static final int A_MINUTE = 60;

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private Instant begun = Instant.EPOCH;
  private int recorded;
  private long left;

  /**
   * Whether a request is recorded.
   *
   * @return if so, how many were not since the last one that was
   */
  synchronized OptionalLong admit(Instant now) {
    if (now.isBefore(begun) || !now.isBefore(begun.plus(MINUTE))) {
      begun = now;
      recorded = 0;
    }
    if (recorded == A_MINUTE) {
      left++;
      return OptionalLong.empty();
    }
    recorded++;
    long untold = left;
    left = 0;
    return OptionalLong.of(untold);
  }
}
