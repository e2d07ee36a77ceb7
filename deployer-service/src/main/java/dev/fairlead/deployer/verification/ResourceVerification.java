package dev.fairlead.deployer.verification;

import dev.fairlead.deployer.manifest.Verification.ResourceLimits;
import dev.fairlead.deployer.runtime.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Compares what the instances of a release use with limits. Pure. */
public final class ResourceVerification {

  private static final double MEGABYTE = 1 << 20;

  private ResourceVerification() {}

  /**
   * @param before of each instance, by its name
   * @param after so much later
   */
  public static Verdict verify(
      ResourceLimits limits, Map<String, Usage> before, Map<String, Usage> after, Duration passed) {
    List<String> seen = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    new TreeMap<>(after)
        .forEach(
            (name, now) -> {
              Usage then = before.get(name);
              if (then != null) {
                double busy = busy(then, now, passed);
                double megabytes = now.memoryBytes() / MEGABYTE;
                seen.add("%s: %.0f MB, %.2f processors".formatted(name, megabytes, busy));
                if (limits.memoryBytes() != null && now.memoryBytes() > limits.memoryBytes()) {
                  faults.add(
                      "%s uses %.0f MB, allowed are %d"
                          .formatted(name, megabytes, limits.memoryBytes() >> 20));
                }
                if (limits.processors() != null && busy > limits.processors()) {
                  faults.add(
                      "%s keeps %.2f processors busy, allowed are %.2f"
                          .formatted(name, busy, limits.processors()));
                }
              }
            });
    if (!faults.isEmpty()) {
      return new Verdict.Failed("resources: " + String.join("; ", faults));
    }
    return seen.isEmpty()
        ? new Verdict.Inconclusive("resources: the runtime does not say what the instances use")
        : new Verdict.Passed("resources: " + String.join("; ", seen));
  }

  private static double busy(Usage then, Usage now, Duration passed) {
    Duration used = now.processorTime().minus(then.processorTime());
    return Math.max(0, (double) used.toNanos() / passed.toNanos());
  }
}
