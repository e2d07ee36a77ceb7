package dev.fairlead.alert.bus;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long one goes on waiting for what may still come: fifteen minutes from the first question.
 */
final class Patience {

  static final Duration LIMIT = Duration.ofMinutes(15);

  private @Nullable Long waitingSince;

  /**
   * @param nanos of {@link System#nanoTime()}
   */
  boolean isOver(long nanos) {
    if (waitingSince == null) {
      waitingSince = nanos;
    }
    return nanos - waitingSince > LIMIT.toNanos();
  }

  /** There is nothing to wait for any more: the next question is a first one. */
  void renew() {
    waitingSince = null;
  }
}
