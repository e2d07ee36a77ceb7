package dev.fairlead.deployer.verification;

import dev.fairlead.deployer.rollout.Looks;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What may be said of a release after some moments of traffic. What is too bad but may be luck is a
 * doubt; what cannot be luck is a fault. At the last looks what came close is counted out. It
 * passes without either, and, where others served beside it, only once twice the tolerated increase
 * of errors can be ruled out: silence is no proof.
 *
 * <p>With too few requests for any of that only one thing condemns it, at the last looks: that more
 * than half of them fail, by {@link FinalCount}, which is exact for any number.
 */
final class Judgement {

  /** Sure to 99.5 % at the first look; half the error at each further one: 99 % in all. */
  private static final double[] SURENESS = {2.58, 2.81, 3.02, 3.23, 3.42};

  private final FiguresCheck check;
  private final String evidence;
  private final Tick sum;
  private final List<Comparison> comparisons;
  private final Comparison overwhelming;

  /**
   * @param evidence what was measured, in words
   */
  Judgement(FiguresCheck check, Baseline baseline, Ticks ticks, String evidence) {
    this.check = check;
    this.evidence = evidence;
    this.sum = ticks.sum();
    Comparisons all = new Comparisons(check, baseline, ticks);
    this.comparisons = all.all();
    this.overwhelming = all.mostlyErrors();
  }

  /** What cannot be luck; may be asked after every moment. */
  Optional<Verdict> alarm() {
    return faults(Comparison::condemned);
  }

  private Optional<Verdict> faults(Predicate<Comparison> which) {
    String faults = complaints(which);
    return tooFew() || faults.isEmpty()
        ? Optional.empty()
        : Optional.of(new Verdict.Failed(evidence + "; " + faults));
  }

  /**
   * The verdict so far.
   *
   * @param look for the how-manieth time it is asked for, from 0; each time it has to be surer
   */
  Verdict verdict(int look) {
    if (tooFew()) {
      return counts(look) && overwhelming.condemnedByCount()
          ? new Verdict.Failed("%s; %s".formatted(evidence, overwhelming.complaint()))
          : new Verdict.Inconclusive(
              "%s; at least %d requests are needed for a verdict"
                  .formatted(evidence, check.minimumRequests()));
    }
    return alarm()
        .or(() -> counts(look) ? faults(Comparison::condemnedByCount) : Optional.empty())
        .orElseGet(() -> unlessDoubtful(look));
  }

  /**
   * Whether, if it goes on like this, there will not be enough requests at the last look. For one
   * that mostly fails, fewer may be enough.
   */
  boolean hopeless(int look) {
    return sum.fresh().requests() << (Looks.COUNT - 1 - look) < check.minimumRequests()
        && !overwhelming.exceeded();
  }

  private static boolean counts(int look) {
    return look >= Looks.COUNT - FiguresCheck.COUNTS;
  }

  private Verdict unlessDoubtful(int look) {
    String doubts = complaints(Comparison::doubtful);
    if (!doubts.isEmpty()) {
      return new Verdict.Inconclusive(
          "%s; %s, but with so few requests that may be chance".formatted(evidence, doubts));
    }
    double tolerable = 2 * check.maxErrorRateIncrease();
    return mostIncrease(SURENESS[look]) <= tolerable
        ? new Verdict.Passed(evidence)
        : new Verdict.Inconclusive(
            "%s; with so few requests it may still fail %.2f %% more than the others"
                .formatted(evidence, 100 * tolerable));
  }

  /** By how much its error rate may exceed that of the others, if there are any. */
  private double mostIncrease(double z) {
    Sample others = sum.others();
    return others.requests() < check.minimumRequests()
        ? 0
        : Interval.ofShare(sum.fresh().errors(), sum.fresh().requests(), z)
            .mostAbove(Interval.ofShare(others.errors(), others.requests(), z));
  }

  private boolean tooFew() {
    return sum.fresh().requests() < check.minimumRequests();
  }

  private String complaints(Predicate<Comparison> which) {
    return comparisons.stream()
        .filter(which)
        .map(Comparison::complaint)
        .collect(Collectors.joining(", "));
  }
}
