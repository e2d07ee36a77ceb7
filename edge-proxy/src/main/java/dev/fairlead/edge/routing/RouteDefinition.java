package dev.fairlead.edge.routing;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A route as a deployment wants it: the whole desired set, never a difference.
 *
 * @param fence number of the deployment that wants it; grows, and an older one is refused
 * @param stickyCookie name of the cookie that keeps a visitor on one release
 * @param drain window over which WebSockets and event streams of removed instances are closed
 */
public record RouteDefinition(
    String name,
    long fence,
    Match match,
    List<InstanceDefinition> instances,
    Optional<HealthCheck> healthCheck,
    Optional<String> stickyCookie,
    Duration drain) {
  public static final Duration USUAL_DRAIN = Duration.ofSeconds(30);
  private static final Duration LONGEST_DRAIN = Duration.ofHours(1);

  public RouteDefinition {
    instances = List.copyOf(instances);
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,127}")) {
      throw new IllegalArgumentException(
          "name must be 1 to 128 letters, digits, dots, dashes or underscores, but was '"
              + name
              + "'");
    }
    if (fence < 0) {
      throw new IllegalArgumentException("fence must not be negative, but was " + fence);
    }
    if (drain.isNegative() || drain.compareTo(LONGEST_DRAIN) > 0) {
      throw new IllegalArgumentException(
          "drainMillis must be 0 to 3600000, but was " + drain.toMillis());
    }
    stickyCookie.ifPresent(RouteDefinition::requireCookieName);
    Set<String> ids = new HashSet<>();
    for (InstanceDefinition instance : instances) {
      if (!ids.add(instance.id())) {
        throw new IllegalArgumentException(
            "instances must have different ids, but '" + instance.id() + "' occurs twice");
      }
    }
  }

  private static void requireCookieName(String cookie) {
    if (!cookie.matches("[A-Za-z0-9_-]{1,64}")) {
      throw new IllegalArgumentException(
          "stickyCookie must be 1 to 64 letters, digits, dashes or underscores, but was '"
              + cookie
              + "'");
    }
  }
}
