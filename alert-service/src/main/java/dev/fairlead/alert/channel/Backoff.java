package dev.fairlead.alert.channel;

import java.time.Duration;

/** How long to wait before the next attempt when the channel did not say. */
public final class Backoff {

  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofMinutes(5);

  /** 2^9 s is beyond the longest wait: no need to shift further. */
  private static final int LAST_DOUBLING = 9;

  private Backoff() {}

  /**
   * Doubles from 1 s to 5 min, each lengthened by up to a quarter, so that instances and channels
   * that failed together do not return together.
   *
   * @param attempts made so far, at least 1
   * @param chance 0 to 1
   */
  public static Duration after(int attempts, double chance) {
    Duration doubled = FIRST.multipliedBy(1L << Math.min(attempts - 1, LAST_DOUBLING));
    Duration wait = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
    return wait.plusMillis((long) (wait.toMillis() * chance / 4));
  }
}
