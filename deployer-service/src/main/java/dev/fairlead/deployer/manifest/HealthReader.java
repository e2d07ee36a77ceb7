package dev.fairlead.deployer.manifest;

import static dev.fairlead.deployer.manifest.Durations.between;

import dev.fairlead.deployer.manifest.EnvironmentSpec.Health;
import java.time.Duration;

/** {@code health}: when an instance counts as healthy. */
final class HealthReader {

  private HealthReader() {}

  private static final Duration HOUR = Duration.ofHours(1);

  static Health read(Section section) {
    Health health =
        new Health(
            section.or("path", Scalars::absolutePath, "/health"),
            section.or("interval", between(Duration.ofMillis(50), HOUR), Duration.ofMillis(500)),
            section.or("timeout", between(Duration.ofMillis(50), HOUR), Duration.ofSeconds(2)),
            section.or("stay-healthy", between(Duration.ZERO, HOUR), Duration.ofSeconds(5)),
            section.or("within", between(Duration.ofSeconds(1), HOUR), Duration.ofSeconds(60)));
    if (health.within().compareTo(health.stayHealthy()) <= 0) {
      section.violate(
          "within",
          "%s leaves no time to stay healthy for %s"
              .formatted(
                  Durations.written(health.within()), Durations.written(health.stayHealthy())));
    }
    section.end();
    return health;
  }
}
