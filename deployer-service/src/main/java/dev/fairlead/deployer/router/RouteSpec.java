package dev.fairlead.deployer.router;

import dev.fairlead.deployer.runtime.Address;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.events.Version;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The whole desired state of one route.
 *
 * @param name unique at the router, such as {@code orders-production}
 * @param backends who gets traffic; everybody else drains. Empty: nobody, requests get 503
 * @param healthGate if present new backends are probed first, and the change is refused if one is
 *     not healthy
 * @param stickyCookie name of the cookie that keeps a visitor on the release of the first answer
 * @param drain over which a router that can closes the long connections of backends that leave
 */
public record RouteSpec(
    String name,
    Match match,
    List<Backend> backends,
    Optional<HealthGate> healthGate,
    Optional<String> stickyCookie,
    Duration drain) {

  public static final int MOST_WEIGHT = 1000;

  private static final Duration USUAL_DRAIN = Duration.ofSeconds(30);

  public RouteSpec {
    backends = List.copyOf(backends);
  }

  /** A route whose visitors stay nowhere, drained over 30 s. */
  public RouteSpec(
      String name, Match match, List<Backend> backends, Optional<HealthGate> healthGate) {
    this(name, match, backends, healthGate, Optional.empty(), USUAL_DRAIN);
  }

  public RouteSpec withStickyCookie(String cookie) {
    return new RouteSpec(name, match, backends, healthGate, Optional.of(cookie), drain);
  }

  /** The same route with nobody behind it. */
  RouteSpec without() {
    return new RouteSpec(name, match, List.of(), healthGate, stickyCookie, drain);
  }

  public RouteSpec drainedOver(Duration window) {
    return new RouteSpec(name, match, backends, healthGate, stickyCookie, window);
  }

  /**
   * Requests to this host whose path begins with the prefix.
   *
   * @param host without port; empty is any
   * @param pathPrefix whole segments: {@code /api} is not the prefix of {@code /apix}
   */
  public record Match(String host, String pathPrefix) {}

  /**
   * @param weight share relative to the other backends, 0 to 1000; 0 gets no new requests
   */
  public record Backend(InstanceId instance, Address address, int weight, Version release) {

    public Backend {
      if (weight < 0 || weight > MOST_WEIGHT) {
        throw new IllegalArgumentException(
            "weight %d is not valid; expected 0 to %d".formatted(weight, MOST_WEIGHT));
      }
    }
  }

  /** {@code GET path} must be answered with 2xx within the timeout. */
  public record HealthGate(String path, Duration timeout) {}
}
