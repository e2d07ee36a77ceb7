package dev.fairlead.deployer.verification;

import java.time.Duration;

/**
 * How long the next moment of a watch is. A second at first, so that what does not answer is
 * stopped after three; in a watch of hours a 160th of what was watched, so that a look has some
 * hundred moments to add up and not a million. The lengths are known beforehand and do not depend
 * on what is seen, so what is said of moments holds.
 */
final class Moments {

  private static final Duration USUAL = Duration.ofSeconds(1);
  private static final int OF_A_WINDOW = 10;
  private static final int OF_A_WATCH = 160;

  private Moments() {}

  /**
   * @param watched so far
   * @param window a tenth of it is enough where that is less than a second
   * @param look at which a verdict is asked for: a moment ends with it
   */
  static Duration after(Duration watched, Duration window, Duration look) {
    Duration left = look.minus(watched);
    Duration moment = after(watched, window);
    if (left.isNegative()) {
      return Duration.ZERO;
    }
    return left.compareTo(moment) < 0 ? left : moment;
  }

  private static Duration after(Duration watched, Duration window) {
    Duration part = window.dividedBy(OF_A_WINDOW);
    Duration first = part.compareTo(USUAL) < 0 ? part : USUAL;
    Duration grown = watched.dividedBy(OF_A_WATCH);
    return grown.compareTo(first) > 0 ? grown : first;
  }
}
