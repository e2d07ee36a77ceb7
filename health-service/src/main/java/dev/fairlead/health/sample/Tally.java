package dev.fairlead.health.sample;

import dev.fairlead.events.TargetId;
import dev.fairlead.health.probe.Finding;
import dev.fairlead.health.probe.ProbeResult;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Counts the findings of a target, minute by minute. */
public final class Tally {

  private final TargetId target;
  private final Map<Instant, Minute> minutes = new TreeMap<>();

  public Tally(TargetId target) {
    this.target = target;
  }

  public synchronized void count(ProbeResult result) {
    if (result.finding() instanceof Finding.Unclear) {
      return;
    }
    Instant minute = result.at().truncatedTo(ChronoUnit.MINUTES);
    minutes
        .computeIfAbsent(minute, _ -> new Minute())
        .add(result.latency().toNanos() / 1e6, result.finding() instanceof Finding.Down);
  }

  /** Takes out the minutes that ended before {@code now}. */
  public synchronized List<Sample> takeEnded(Instant now) {
    Instant current = now.truncatedTo(ChronoUnit.MINUTES);
    return take(from -> from.isBefore(current));
  }

  /** Takes out every minute, also the one that is not over. */
  public synchronized List<Sample> takeAll() {
    return take(_ -> true);
  }

  private List<Sample> take(Predicate<Instant> which) {
    List<Sample> taken = new ArrayList<>();
    minutes.forEach(
        (from, minute) -> {
          if (which.test(from)) {
            taken.add(minute.summedUp(target, from));
          }
        });
    taken.forEach(sample -> minutes.remove(sample.from()));
    return taken;
  }

  private static final class Minute {
    private final List<Double> latencies = new ArrayList<>();
    private int failures;

    void add(double latencyMillis, boolean failed) {
      latencies.add(latencyMillis);
      if (failed) {
        failures++;
      }
    }

    Sample summedUp(TargetId target, Instant from) {
      Collections.sort(latencies);
      return new Sample(
          target,
          from,
          from.plus(1, ChronoUnit.MINUTES),
          latencies.size(),
          failures,
          percentile(0.50),
          percentile(0.95));
    }

    /** The smallest latency that at least this share of the probes did not exceed. */
    private double percentile(double share) {
      int rank = (int) Math.ceil(share * latencies.size());
      return latencies.get(Math.max(0, rank - 1));
    }
  }
}
