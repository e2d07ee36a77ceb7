package dev.fairlead.deployer.verification;

import dev.fairlead.deployer.manifest.Verification.ResourceLimits;
import dev.fairlead.deployer.runtime.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Compares what the instances of a release use with limits. Pure. */
public final class ResourceVerification {

  private static final double MEGABYTE = 1 << 20;

  private ResourceVerification() {}

  /**
   * @param names of all instances of the release
   * @param before of each instance, by its name
   * @param after so much later
   */
  public static Verdict verify(
      ResourceLimits limits,
      List<String> names,
      Map<String, Usage> before,
      Map<String, Usage> after,
      Duration passed) {
    List<String> seen = new ArrayList<>();
    List<String> unmeasured = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    for (String name : names) {
      Usage then = before.get(name);
      Usage now = after.get(name);
      if (then == null || now == null) {
        unmeasured.add(name);
      } else {
        double busy = busy(then, now, passed);
        seen.add("%s: %.0f MB, %.2f processors".formatted(name, megabytes(now), busy));
        faults.addAll(faults(limits, name, now, busy));
      }
    }
    if (!faults.isEmpty()) {
      return new Verdict.Failed("resources: " + String.join("; ", faults));
    }
    return unmeasured.isEmpty() && !seen.isEmpty()
        ? new Verdict.Passed("resources: " + String.join("; ", seen))
        : new Verdict.Inconclusive(
            "resources: the runtime does not say what these use: " + String.join(", ", unmeasured));
  }

  private static List<String> faults(ResourceLimits limits, String name, Usage now, double busy) {
    List<String> faults = new ArrayList<>();
    if (limits.memoryBytes() != null && now.memoryBytes() > limits.memoryBytes()) {
      faults.add(
          "%s uses %.0f MB, allowed are %d"
              .formatted(name, megabytes(now), limits.memoryBytes() >> 20));
    }
    if (limits.processors() != null && busy > limits.processors()) {
      faults.add(
          "%s keeps %.2f processors busy, allowed are %.2f"
              .formatted(name, busy, limits.processors()));
    }
    return faults;
  }

  private static double megabytes(Usage usage) {
    return usage.memoryBytes() / MEGABYTE;
  }

  private static double busy(Usage then, Usage now, Duration passed) {
    Duration used = now.processorTime().minus(then.processorTime());
    return Math.max(0, (double) used.toNanos() / passed.toNanos());
  }
}
