package dev.fairlead.cli.demo;

/**
 * The share of the traffic that a canary is to get while the old release serves beside it.
 *
 * @param percent as the manifest declares it
 */
record CanaryShare(int percent) {

  private static final long LEAST_ANSWERS = 100;

  /**
   * Points. Each request's release is drawn by lot: a quarter of 100 is off by more than this in
   * one of two thousand.
   */
  private static final double TOLERANCE = 15;

  /**
   * Answers with the figures.
   *
   * @param during answers of the time in which the weights stood
   */
  String in(Tally during, String old, String canary) throws NotObserved {
    long theirs = during.answeredBy(old);
    long ours = during.answeredBy(canary);
    double seen = theirs + ours == 0 ? 0 : 100.0 * ours / (theirs + ours);
    String figures =
        "version %s answered %d and version %s %d in the same time: %.0f %%, where %d %% are declared"
            .formatted(old, theirs, canary, ours, seen, percent);
    if (theirs == 0 || ours == 0 || theirs + ours < LEAST_ANSWERS) {
      throw new NotObserved("%s; both have to answer, %d in all".formatted(figures, LEAST_ANSWERS));
    }
    if (Math.abs(seen - percent) > TOLERANCE) {
      throw new NotObserved(figures);
    }
    return figures;
  }
}
