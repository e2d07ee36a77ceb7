package dev.fairlead.edge.routing;

import java.util.List;

/**
 * What one instance did since it joined its route.
 *
 * @param requests answered, failed or abandoned by the client
 * @param errors answers of 500 and above, and failures to get an answer
 * @param p50Millis from the last byte of the request to the first of the answer
 * @param latencies the same for all requests, in buckets
 */
public record InstanceStatus(
    InstanceDefinition definition,
    State state,
    int inFlight,
    long requests,
    long errors,
    double p50Millis,
    double p95Millis,
    double p99Millis,
    List<LatencyCount> latencies) {
  /** A draining instance finishes what it has and gets nothing new. */
  public enum State {
    SERVING,
    DRAINING
  }
}
