package dev.fairlead.deployer.verification;

import dev.fairlead.deployer.rollout.Looks;
import java.time.Duration;

/**
 * What the router's own figures of the new release must be over a window of real traffic. A limit
 * counts as broken only if that cannot be chance: with few requests the check is inconclusive.
 *
 * @param window how long to watch; up to sixteen times as long while that is not enough for a
 *     verdict
 * @param minimumRequests of the new release in the window; with fewer the check is inconclusive
 * @param maxErrorRate 0 to 1
 * @param maxP95 of the new release
 * @param maxErrorRateIncrease over the previous release in the same window, 0 to 1
 * @param maxP95Factor times the previous release's p95 in the same window, such as 1.5
 */
public record FiguresCheck(
    Duration window,
    long minimumRequests,
    double maxErrorRate,
    Duration maxP95,
    double maxErrorRateIncrease,
    double maxP95Factor) {

  /** At so many of the {@link Looks}, the last ones, what came close is counted out. */
  static final int COUNTS = 2;

  public FiguresCheck {
    if (window.isNegative() || minimumRequests < 1 || maxErrorRate < 0 || maxErrorRate > 1) {
      throw new IllegalArgumentException(
          "figures check is not valid; expected a window, at least 1 request and an error rate of 0 to 1");
    }
  }

  /** When the verdict is asked for the n-th time, counted from 0. */
  Duration look(int n) {
    return window.multipliedBy(Looks.windowsAt(n));
  }
}
