package dev.fairlead.edge.routing;

import java.util.ArrayList;
import java.util.List;

/**
 * Counts of latencies in buckets that grow by 1/16, so that a percentile is at most 6 % too high,
 * in constant memory. Not thread-safe: the route's lock guards it.
 */
final class Latencies {
  private static final int STEPS_PER_DOUBLING = 16;
  private static final int DOUBLINGS = 28; // 1 µs to 268 s

  private final int[] counts = new int[STEPS_PER_DOUBLING * DOUBLINGS];
  private long total;

  void record(long nanos) {
    counts[bucketOf(Math.max(1, nanos / 1_000))]++;
    total++;
  }

  /** The latency in milliseconds that the given share (0 to 1) of requests did not exceed. */
  double percentile(double share) {
    long wanted = (long) Math.ceil(total * share);
    long seen = 0;
    for (int bucket = 0; bucket < counts.length; bucket++) {
      seen += counts[bucket];
      if (seen >= wanted && seen > 0) {
        return upperMicros(bucket) / 1_000.0;
      }
    }
    return 0;
  }

  /** The buckets that hold something, from the fastest on. */
  List<LatencyCount> counts() {
    List<LatencyCount> found = new ArrayList<>();
    for (int bucket = 0; bucket < counts.length; bucket++) {
      if (counts[bucket] > 0) {
        found.add(new LatencyCount(upperMicros(bucket) / 1_000.0, counts[bucket]));
      }
    }
    return found;
  }

  private static int bucketOf(long micros) {
    int doubling = 63 - Long.numberOfLeadingZeros(micros);
    if (doubling >= DOUBLINGS) {
      return STEPS_PER_DOUBLING * DOUBLINGS - 1;
    }
    long above = micros - (1L << doubling);
    return doubling * STEPS_PER_DOUBLING + (int) ((above * STEPS_PER_DOUBLING) >> doubling);
  }

  private static long upperMicros(int bucket) {
    int doubling = bucket / STEPS_PER_DOUBLING;
    long step = bucket % STEPS_PER_DOUBLING + 1;
    return (1L << doubling) + ((step << doubling) / STEPS_PER_DOUBLING);
  }
}
