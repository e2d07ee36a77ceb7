package dev.fairlead.deployer.runtime;

import java.time.Duration;

/**
 * How an instance is asked whether it is healthy: {@code GET path} answered with 2xx in time.
 *
 * @param path begins with a slash
 * @param interval from the start of one attempt to the start of the next
 * @param timeout of one attempt
 * @param stayHealthy how long it must stay healthy after two successes in a row
 * @param deadline for all of it, counted from the start of the wait
 */
public record HealthCheck(
    String path, Duration interval, Duration timeout, Duration stayHealthy, Duration deadline) {

  public HealthCheck {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException(
          "health path '%s' is not valid; expected a leading '/'".formatted(path));
    }
  }

  /** Every second, 5 s each, stay healthy 5 s, all within 60 s. */
  public static HealthCheck at(String path) {
    return new HealthCheck(
        path,
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(5),
        Duration.ofSeconds(60));
  }
}
