package dev.fairlead.deployer.router.haproxy;

import dev.fairlead.deployer.router.Latencies;
import dev.fairlead.deployer.router.RouteState.Figures;

/**
 * A server line of a slot as a worker reports it.
 *
 * @param slot the HAProxy backend it is in
 * @param name the id of the instance
 * @param address IP and port
 * @param weight 0 to 256
 */
record Server(
    String slot, String name, String address, int weight, Status status, Figures figures) {

  enum Status {
    READY,
    DRAIN,
    MAINTENANCE
  }

  Server with(Latencies latencies) {
    Figures counted =
        new Figures(figures.inFlight(), figures.requests(), figures.errors(), latencies);
    return new Server(slot, name, address, weight, status, counted);
  }

  String path() {
    return slot + "/" + name;
  }

  boolean idle() {
    return figures.inFlight() == 0;
  }
}
