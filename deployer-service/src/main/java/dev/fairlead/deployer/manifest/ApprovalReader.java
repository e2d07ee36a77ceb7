package dev.fairlead.deployer.manifest;

import static dev.fairlead.deployer.manifest.Durations.between;

import java.time.Duration;
import java.util.Map;

/** {@code approval} and {@code approval-expires}: who has to agree, and for how long that holds. */
final class ApprovalReader {

  private ApprovalReader() {}

  private static final Duration DAY = Duration.ofDays(1);

  static ApprovalPolicy read(Section top) {
    boolean required =
        top.or("approval", Scalars.oneOfWords(Map.of("none", false, "required", true)), false);
    return new ApprovalPolicy(
        required,
        top.or("approval-expires", between(Duration.ofSeconds(1), DAY.multipliedBy(30)), DAY));
  }
}
