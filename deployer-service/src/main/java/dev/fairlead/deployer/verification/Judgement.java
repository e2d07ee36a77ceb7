package dev.fairlead.deployer.verification;

import static dev.fairlead.deployer.verification.Chance.LUCK;

import java.util.ArrayList;
import java.util.List;

/**
 * Measures a release's sample against limits, and against the sample of the others meanwhile. What
 * is too bad but may be luck is a doubt; what cannot be luck is a fault.
 */
final class Judgement {

  /** The share of requests that may be slower than a limit on the 95th percentile. */
  private static final double SLOW = 0.05;

  private final FiguresCheck check;
  private final Sample fresh;
  private final Sample others;
  private final List<String> faults = new ArrayList<>();
  private final List<String> doubts = new ArrayList<>();

  Judgement(FiguresCheck check, Sample fresh, Sample others) {
    this.check = check;
    this.fresh = fresh;
    this.others = others;
  }

  /**
   * @param evidence what was measured
   */
  Verdict verdict(String evidence) {
    if (fresh.requests() < check.minimumRequests()) {
      return new Verdict.Inconclusive(
          "%s; at least %d requests are needed for a verdict"
              .formatted(evidence, check.minimumRequests()));
    }
    againstLimits();
    if (others.requests() >= check.minimumRequests()) {
      againstOthers();
    }
    if (!faults.isEmpty()) {
      return new Verdict.Failed(evidence + "; " + String.join(", ", faults));
    }
    return doubts.isEmpty()
        ? new Verdict.Passed(evidence)
        : new Verdict.Inconclusive(
            "%s; %s, but with so few requests that may be chance"
                .formatted(evidence, String.join(", ", doubts)));
  }

  private void againstLimits() {
    errors(
        check.maxErrorRate(),
        "more errors than the allowed %.2f %%".formatted(100 * check.maxErrorRate()));
    slowness(
        check.maxP95().toMillis(),
        "p95 above the allowed %d ms".formatted(check.maxP95().toMillis()));
  }

  private void againstOthers() {
    // Even if the others had no error at all, their true rate may be a little above zero.
    double rateOfOthers = (others.errors() + 1.0) / (others.requests() + 2.0);
    errors(
        rateOfOthers + check.maxErrorRateIncrease(),
        "more errors than the others by over %.2f %%"
            .formatted(100 * check.maxErrorRateIncrease()));
    slowness(
        others.p95Millis() * check.maxP95Factor(),
        "p95 above %.1f times that of the others".formatted(check.maxP95Factor()));
  }

  private void errors(double allowedRate, String complaint) {
    weigh(fresh.errors(), fresh.requests(), allowedRate, complaint);
  }

  private void slowness(double millis, String complaint) {
    weigh(fresh.latencies().slowerThan(millis), fresh.latencies().total(), SLOW, complaint);
  }

  private void weigh(long bad, long all, double allowedRate, String complaint) {
    if (bad <= all * allowedRate) {
      return;
    }
    (Chance.ofAtLeast(bad, all, allowedRate) < LUCK ? faults : doubts).add(complaint);
  }
}
