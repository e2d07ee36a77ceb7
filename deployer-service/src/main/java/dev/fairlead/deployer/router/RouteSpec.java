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
 * @param healthGate if present the router probes new backends itself and refuses the change if one
 *     is not healthy
 */
public record RouteSpec(
    String name, Match match, List<Backend> backends, Optional<HealthGate> healthGate) {

  public RouteSpec {
    backends = List.copyOf(backends);
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
      if (weight < 0 || weight > 1000) {
        throw new IllegalArgumentException(
            "weight %d is not valid; expected 0 to 1000".formatted(weight));
      }
    }
  }

  /** {@code GET path} must be answered with 2xx within the timeout. */
  public record HealthGate(String path, Duration timeout) {}
}
