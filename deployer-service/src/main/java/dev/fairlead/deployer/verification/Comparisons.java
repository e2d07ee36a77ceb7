package dev.fairlead.deployer.verification;

import dev.fairlead.deployer.verification.Evidence.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.DoubleStream;

/**
 * All respects in which some moments of a release are measured: against limits; side by side
 * against the others that served meanwhile; without others, against what the previous release did
 * before.
 */
final class Comparisons {

  /** The share of requests that may be slower than a limit on the 95th percentile. */
  private static final double SLOW = 0.05;

  /** Whoever fails so often by chance fails too often anyway. */
  private static final double HALF = 0.5;

  /** A smaller difference in latency is nobody's concern, whatever the factor. */
  private static final double LEAST_DELAY_MILLIS = 10;

  /** 99.9 % one-sided: how bad the previous release may really have been. */
  private static final double SURE = 3.09;

  private final FiguresCheck check;
  private final Baseline baseline;
  private final List<Tick> ticks;
  private final Sample fresh;
  private final Sample others;

  Comparisons(FiguresCheck check, Baseline baseline, Ticks ticks) {
    this.check = check;
    this.baseline = baseline;
    this.ticks = ticks.each();
    this.fresh = ticks.sum().fresh();
    this.others = ticks.sum().others();
  }

  List<Comparison> all() {
    List<Comparison> all = new ArrayList<>();
    all.add(errorLimit());
    all.add(latencyLimit());
    if (others.requests() >= check.minimumRequests()) {
      all.add(errorsOfOthers());
      all.add(latencyOfOthers());
    } else if (baseline.figures().requests() >= check.minimumRequests()) {
      all.add(errorsBefore());
    }
    return all;
  }

  /** What needs no minimum of requests: that most of them fail, and failed of nobody else. */
  Comparison mostlyErrors() {
    double tolerable =
        DoubleStream.of(
                HALF,
                check.maxErrorRate(),
                others.errorRate() + check.maxErrorRateIncrease(),
                baseline.figures().errorRate() + check.maxErrorRateIncrease())
            .max()
            .orElseThrow();
    return atRate(
        fresh.errorRate() > tolerable,
        tolerable,
        counts(Sample::errors),
        "most of its requests fail");
  }

  private Comparison errorLimit() {
    return atRate(
        fresh.errorRate() > check.maxErrorRate(),
        check.maxErrorRate(),
        counts(Sample::errors),
        "more errors than the allowed %.2f %%".formatted(100 * check.maxErrorRate()));
  }

  private Comparison latencyLimit() {
    long limit = check.maxP95().toMillis();
    return atRate(
        fresh.shareSlowerThan(limit) > SLOW,
        SLOW,
        counts(sample -> sample.latencies().slowerThan(limit)),
        "p95 above the allowed %d ms".formatted(limit));
  }

  private Comparison errorsOfOthers() {
    return besideOthers(
        fresh.errorRate() > others.errorRate() + check.maxErrorRateIncrease(),
        counts(Sample::errors),
        "more errors than the others by over %.2f %%"
            .formatted(100 * check.maxErrorRateIncrease()));
  }

  private Comparison latencyOfOthers() {
    double theirs = others.p95Millis();
    double limit = Math.max(theirs * check.maxP95Factor(), theirs + LEAST_DELAY_MILLIS);
    return besideOthers(
        fresh.shareSlowerThan(limit) > SLOW,
        counts(sample -> sample.latencies().slowerThan(limit)),
        "p95 above %.1f times that of the others".formatted(check.maxP95Factor()));
  }

  /** Latencies of another hour are no yardstick: there may have been another load. */
  private Comparison errorsBefore() {
    Sample before = baseline.figures();
    double atWorst = Interval.ofShare(before.errors(), before.requests(), SURE).most();
    return atRate(
        fresh.errorRate() > before.errorRate() + check.maxErrorRateIncrease(),
        atWorst,
        counts(Sample::errors),
        "more errors than the release before by over %.2f %%"
            .formatted(100 * check.maxErrorRateIncrease()));
  }

  private static Comparison besideOthers(
      boolean exceeded, Supplier<List<Counts>> counts, String complaint) {
    return new Comparison(
        exceeded,
        () -> Evidence.thatWorseThanOthers(counts.get()),
        () -> FinalCount.chanceBesideOthers(counts.get()),
        complaint);
  }

  private static Comparison atRate(
      boolean exceeded, double allowed, Supplier<List<Counts>> counts, String complaint) {
    return new Comparison(
        exceeded,
        () -> Evidence.thatWorseThan(allowed, counts.get()),
        () -> FinalCount.chanceAt(allowed, counts.get()),
        complaint);
  }

  /** Counted only where something was exceeded: this is asked for after every moment. */
  private Supplier<List<Counts>> counts(ToLongFunction<Sample> bad) {
    return () ->
        ticks.stream()
            .map(
                tick ->
                    new Counts(
                        bad.applyAsLong(tick.fresh()),
                        tick.fresh().requests(),
                        bad.applyAsLong(tick.others()),
                        tick.others().requests()))
            .toList();
  }
}
