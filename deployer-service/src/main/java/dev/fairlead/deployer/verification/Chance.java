package dev.fairlead.deployer.verification;

/** How likely a bad figure is mere bad luck. */
final class Chance {

  /** Below this nobody would call it luck: at most one of a hundred good releases is blamed. */
  static final double LUCK = 0.01;

  private Chance() {}

  /**
   * The probability of at least so many hits in independent trials (upper tail of the binomial
   * distribution, summed in logarithms so that thousands of trials do not underflow).
   *
   * @param rate of a hit in one trial, 0 to 1
   */
  static double ofAtLeast(long hits, long trials, double rate) {
    if (hits <= 0 || rate >= 1) {
      return 1;
    }
    if (rate <= 0) {
      return 0;
    }
    double odds = Math.log(rate) - Math.log1p(-rate);
    double exactly = trials * Math.log1p(-rate);
    double fewer = Math.exp(exactly);
    for (long k = 1; k < hits; k++) {
      exactly += Math.log((double) (trials - k + 1) / k) + odds;
      fewer += Math.exp(exactly);
    }
    return Math.max(0, 1 - fewer);
  }
}
