package dev.fairlead.deployer.verification;

import java.util.List;

/**
 * How strongly the bad answers of a release speak against it, at any time one cares to look.
 *
 * <p>The measure is an e-value: a mixture of likelihood ratios, one for each of a few factors by
 * which the release may be worse, against the hypothesis that it is no worse. If that hypothesis is
 * true, the e-value's expectation is at most 1 whenever one looks, so the chance that it
 * <em>ever</em> exceeds 1/α is at most α (Ville's inequality; Johari, Pekelis and Walsh, "Always
 * valid inference", 2015). One may therefore look every second and stop at the first alarm, which
 * would spoil an ordinary significance test.
 *
 * <p>That holds for errors, and for latencies against a limit of the manifest. The limit that is
 * taken from the others' latencies moves a little from look to look; what that does is simulated
 * (SequentialTest), not proved.
 *
 * <p>No moment counts for more than a third of what condemns: one bad second, such as a cold start
 * or a stalled disk, is no regression. That makes e-values smaller, never larger.
 *
 * <p>What came close is counted out at the last looks of a watch, with {@link FinalCount}: looking
 * at any time costs power. Either has half of the luck, so together they have all of it.
 */
final class Evidence {

  /** A release as good as its rivals is condemned with at most this probability, per measure. */
  static final double LUCK = 0.001;

  /** So many times as frequent as allowed the bad answers may be. */
  private static final double[] FACTORS = {1.25, 1.5, 2, 3, 5, 10, 30};

  /**
   * The most that one moment may contribute: a third of what condemns. With half, chance had only
   * to bring the other half in a long watch: seen twice in 400 with one bad second.
   */
  private static final double MOST_OF_A_MOMENT = Math.log(2 / LUCK * FACTORS.length) / 3;

  /** No limit means that not one in a million may be bad. */
  private static final double LEAST_RATE = 1e-6;

  private static final double MOST_RATE = 0.99;

  private Evidence() {}

  /**
   * Bad answers among all answers, of the release and of the others in the same moment.
   *
   * @param bad at most {@code all}
   * @param othersBad at most {@code othersAll}
   */
  record Counts(long bad, long all, long othersBad, long othersAll) {}

  /**
   * Against "its bad answers are no more frequent than the others'". Given how many bad answers
   * there were in a moment, those of the release follow a hypergeometric distribution, whatever the
   * common rate is. A likelihood ratio of binomials bounds it from above (Hoeffding 1963), so no
   * rate has to be known or estimated.
   */
  static double thatWorseThanOthers(List<Counts> moments) {
    return mixture(moments, Evidence::againstOthers);
  }

  /**
   * Against "at most this share of its answers is bad".
   *
   * @param allowed 0 to 1
   */
  static double thatWorseThan(double allowed, List<Counts> moments) {
    double rate = possible(allowed);
    return mixture(moments, (counts, factor) -> againstRate(counts, rate, factor));
  }

  /** A rate that can be calculated with: neither never nor always. */
  static double possible(double rate) {
    return Math.clamp(rate, LEAST_RATE, MOST_RATE);
  }

  /** Whether an e-value is beyond luck. */
  static boolean condemns(double value) {
    return value >= 2 / LUCK;
  }

  private interface LogRatio {

    double of(Counts moment, double factor);
  }

  private static double mixture(List<Counts> moments, LogRatio ratio) {
    double sum = 0;
    for (double factor : FACTORS) {
      double all = 0;
      for (Counts moment : moments) {
        all += Math.min(ratio.of(moment, factor), MOST_OF_A_MOMENT);
      }
      sum += Math.exp(all);
    }
    return sum / FACTORS.length;
  }

  private static double againstOthers(Counts moment, double factor) {
    if (moment.all() == 0 || moment.othersAll() == 0) {
      return 0;
    }
    double share = (double) moment.all() / (moment.all() + moment.othersAll());
    double worse = factor * share / (factor * share + 1 - share);
    return ratio(moment.bad(), moment.othersBad(), share, worse);
  }

  private static double againstRate(Counts moment, double rate, double factor) {
    double worse = Math.min(factor * rate, (1 + rate) / 2);
    return ratio(moment.bad(), moment.all() - moment.bad(), rate, worse);
  }

  /** The logarithm of the likelihood ratio of hits with probability {@code worse} and {@code p}. */
  private static double ratio(long hits, long misses, double p, double worse) {
    return hits * Math.log(worse / p) + misses * Math.log((1 - worse) / (1 - p));
  }
}
