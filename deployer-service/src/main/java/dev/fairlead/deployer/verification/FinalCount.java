package dev.fairlead.deployer.verification;

import dev.fairlead.deployer.verification.Evidence.Counts;
import java.util.List;

/**
 * How likely so many bad answers are if the release is no worse: a test that may be asked at {@link
 * FiguresCheck#COUNTS} looks only, and for that sees more than {@link Evidence}.
 *
 * <p>Side by side it is exact whatever the common rate is, and however that changes over time:
 * given how many bad answers there were in a moment, those of the release follow a hypergeometric
 * distribution, and the moments add up (the exact test of stratified tables: Birch 1964, Mehta,
 * Patel and Gray 1985).
 *
 * <p>Of the bad answers that a single moment brought, at most a third of all are believed. The
 * chance of fewer is larger, so that condemns fewer releases, never more.
 */
final class FinalCount {

  /** With more bad answers than that the evidence was clear long ago, and the sum is expensive. */
  private static final int MOST_BAD = 4_000;

  private static final int MOST_PER_MOMENT = 3;

  private FinalCount() {}

  /** Whether that cannot be luck. All counts together have half of it. */
  static boolean condemns(double chance) {
    return chance <= Evidence.LUCK / 2 / FiguresCheck.COUNTS;
  }

  /** Under "its bad answers are no more frequent than the others'". */
  static double chanceBesideOthers(List<Counts> moments) {
    List<Counts> shared =
        moments.stream().filter(one -> one.all() > 0 && one.othersAll() > 0).toList();
    if (shared.stream().mapToLong(one -> one.bad() + one.othersBad()).sum() > MOST_BAD) {
      return 1;
    }
    double[] distribution = {1};
    for (Counts moment : shared) {
      distribution = sum(distribution, hypergeometric(moment));
    }
    return tail(distribution, believed(shared));
  }

  /**
   * Under "at most this share of its answers is bad".
   *
   * @param allowed 0 to 1
   */
  static double chanceAt(double allowed, List<Counts> moments) {
    long all = moments.stream().mapToLong(Counts::all).sum();
    long bad = believed(moments);
    if (bad > MOST_BAD) {
      return 1;
    }
    double rate = Evidence.possible(allowed);
    double logTerm = all * Math.log1p(-rate);
    double below = 0;
    for (long k = 0; k < bad; k++) {
      below += Math.exp(logTerm);
      logTerm += Math.log((double) (all - k) / (k + 1)) + Math.log(rate / (1 - rate));
    }
    return Math.max(0, 1 - below);
  }

  private static long believed(List<Counts> moments) {
    long bad = moments.stream().mapToLong(Counts::bad).sum();
    long most = Math.ceilDiv(bad, MOST_PER_MOMENT);
    return moments.stream().mapToLong(one -> Math.min(one.bad(), most)).sum();
  }

  /** From its most likely value to both sides, so that nothing overflows. */
  private static double[] hypergeometric(Counts moment) {
    int bad = Math.toIntExact(moment.bad() + moment.othersBad());
    long drawn = moment.all();
    long good = moment.all() + moment.othersAll() - bad;
    double[] chances = new double[bad + 1];
    int least = (int) Math.max(0, drawn - good);
    int most = (int) Math.min(bad, drawn);
    int mode = (int) ((drawn + 1) * (bad + 1.0) / (good + bad + 2));
    int middle = Math.clamp(mode, least, most);
    chances[middle] = 1;
    for (int k = middle; k < most; k++) {
      chances[k + 1] = chances[k] * step(k, bad, drawn, good);
    }
    for (int k = middle; k > least; k--) {
      chances[k - 1] = chances[k] / step(k - 1, bad, drawn, good);
    }
    double whole = 0;
    for (double chance : chances) {
      whole += chance;
    }
    for (int k = 0; k < chances.length; k++) {
      chances[k] /= whole;
    }
    return chances;
  }

  /** By how much k + 1 is more likely than k. */
  private static double step(int k, int bad, long drawn, long good) {
    return (double) (bad - k) * (drawn - k) / ((k + 1.0) * (good - drawn + k + 1));
  }

  private static double[] sum(double[] one, double[] other) {
    double[] sum = new double[one.length + other.length - 1];
    for (int i = 0; i < one.length; i++) {
      for (int j = 0; j < other.length; j++) {
        sum[i + j] += one[i] * other[j];
      }
    }
    return sum;
  }

  private static double tail(double[] distribution, long from) {
    double tail = 0;
    for (int k = distribution.length - 1; k >= from; k--) {
      tail += distribution[k];
    }
    return Math.min(1, tail);
  }
}
