package dev.fairlead.deployer.verification;

/**
 * What a share may truly be, given a sample of it (Wilson 1927; differences after Newcombe 1998,
 * method 10). Unlike the textbook interval it also holds for few requests and for none that failed.
 *
 * @param least and {@code most}: 0 to 1
 */
record Interval(double estimate, double least, double most) {

  /**
   * @param z standard deviations, such as 1.96
   */
  static Interval ofShare(long hits, long trials, double z) {
    if (trials == 0) {
      return new Interval(0.5, 0, 1);
    }
    double share = (double) hits / trials;
    double squared = z * z;
    double middle = (share + squared / (2 * trials)) / (1 + squared / trials);
    double reach =
        z
            / (1 + squared / trials)
            * Math.sqrt(share * (1 - share) / trials + squared / (4.0 * trials * trials));
    return new Interval(share, Math.max(0, middle - reach), Math.min(1, middle + reach));
  }

  /** By how much this share may exceed the other one at most. */
  double mostAbove(Interval other) {
    return estimate - other.estimate + Math.hypot(most - estimate, other.estimate - other.least);
  }
}
