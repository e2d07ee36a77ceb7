package dev.fairlead.deployer.router;

import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * How long requests took, as counts in buckets. Unlike percentiles, distributions can be added over
 * backends, and subtracted to see what happened between two moments.
 *
 * @param counts requests by the upper bound of their bucket in milliseconds
 */
public record Latencies(NavigableMap<Double, Long> counts) {

  public static final Latencies NONE = new Latencies(new TreeMap<>());

  public Latencies {
    counts = java.util.Collections.unmodifiableNavigableMap(new TreeMap<>(counts));
  }

  public Latencies plus(Latencies other) {
    return sumOf(List.of(this, other));
  }

  public static Latencies sumOf(List<Latencies> all) {
    TreeMap<Double, Long> sum = new TreeMap<>();
    for (Latencies one : all) {
      one.counts.forEach((bound, count) -> sum.merge(bound, count, Long::sum));
    }
    return new Latencies(sum);
  }

  /** What came after an earlier state of the same counts. */
  public Latencies minus(Latencies earlier) {
    TreeMap<Double, Long> difference = new TreeMap<>(counts);
    earlier.counts.forEach((bound, count) -> difference.merge(bound, -count, Long::sum));
    difference.values().removeIf(count -> count <= 0);
    return new Latencies(difference);
  }

  public long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** How many took longer. */
  public long slowerThan(double millis) {
    return counts.tailMap(millis, false).values().stream().mapToLong(Long::longValue).sum();
  }

  /** The milliseconds that the given share (0 to 1) of requests did not exceed; 0 without any. */
  public double percentile(double share) {
    long wanted = (long) Math.ceil(total() * share);
    long seen = 0;
    for (var bucket : counts.entrySet()) {
      seen += bucket.getValue();
      if (seen >= wanted) {
        return bucket.getKey();
      }
    }
    return 0;
  }
}
