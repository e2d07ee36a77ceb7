package dev.fairlead.deployer.router;

import dev.fairlead.deployer.runtime.Address;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.events.Version;
import java.util.List;

/**
 * A route as the router reports it.
 *
 * @param fence the token of the last change
 * @param held whether requests are being held back
 */
public record RouteState(
    String name, RouteSpec.Match match, long fence, boolean held, List<Backend> backends) {

  public RouteState {
    backends = List.copyOf(backends);
  }

  /** The backends that get new requests. */
  public List<Backend> serving() {
    return backends.stream().filter(backend -> backend.traffic() == Traffic.SERVING).toList();
  }

  /** What a backend gets. */
  public enum Traffic {
    /** New requests, by its weight. */
    SERVING,
    /** No new requests; those in flight are finished. */
    DRAINING
  }

  /** One backend with its figures, counted since it was added to the route. */
  public record Backend(
      InstanceId instance,
      Address address,
      int weight,
      Version release,
      Traffic traffic,
      Figures figures) {}

  /**
   * @param errors answers of 5xx, and requests the backend did not answer; part of requests
   * @param latencies from the last byte of a request to the first of its answer
   */
  public record Figures(int inFlight, long requests, long errors, Latencies latencies) {

    public static final Figures NONE = new Figures(0, 0, 0, Latencies.NONE);
  }
}
