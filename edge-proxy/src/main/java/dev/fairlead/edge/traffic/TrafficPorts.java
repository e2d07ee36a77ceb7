package dev.fairlead.edge.traffic;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where traffic is served; 0 until it is, and for HTTPS where it is not wanted.
 *
 * @param departure how all loops are told that another proxy serves there now
 */
public record TrafficPorts(AtomicInteger plain, AtomicInteger secure, Departure departure) {
  public TrafficPorts() {
    this(new AtomicInteger(), new AtomicInteger(), new Departure());
  }
}
