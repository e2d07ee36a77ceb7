package dev.fairlead.stack;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A vendor's rate limit: {@code burst} at once, then one each {@code interval}, per key. */
final class Pace {

  private final Duration interval;
  private final int burst;
  private final Map<String, Long> nextByKey = new ConcurrentHashMap<>();

  Pace(Duration interval, int burst) {
    this.interval = interval;
    this.burst = burst;
  }

  /** Empty when the call may pass; otherwise how long to wait until one may. */
  synchronized Optional<Duration> refusal(String key, long nanoTime) {
    long next = Math.max(nextByKey.getOrDefault(key, nanoTime), nanoTime);
    long tolerance = interval.toNanos() * (burst - 1L);
    if (next - nanoTime > tolerance) {
      return Optional.of(Duration.ofNanos(next - nanoTime - tolerance));
    }
    nextByKey.put(key, next + interval.toNanos());
    return Optional.empty();
  }
}
