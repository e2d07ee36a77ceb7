package dev.fairlead.edge.traffic;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where traffic is served; 0 until it is, and for HTTPS where it is not wanted.
 *
 * @param leaving another proxy serves there now: connections end with their next answer
 */
public record TrafficPorts(AtomicInteger plain, AtomicInteger secure, AtomicBoolean leaving) {
  public TrafficPorts() {
    this(new AtomicInteger(), new AtomicInteger(), new AtomicBoolean());
  }
}
