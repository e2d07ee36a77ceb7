package dev.fairlead.edge.routing;

import java.time.Duration;

/**
 * How newcomers are asked whether they may join: GET path must answer 2xx or 3xx within the
 * timeout.
 */
public record HealthCheck(String path, Duration timeout) {
  private static final Duration LONGEST = Duration.ofMinutes(5);

  public HealthCheck {
    if (!path.startsWith("/") || path.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw new IllegalArgumentException(
          "path must start with / and have no spaces, but was '" + path + "'");
    }
    if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "timeoutMillis must be 1 to 300000, but was " + timeout.toMillis());
    }
  }
}
