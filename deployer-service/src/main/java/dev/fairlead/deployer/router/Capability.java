package dev.fairlead.deployer.router;

/** What only some routers can do. */
public enum Capability {
  /** Holds requests back for a short stop of the world. */
  HOLD,
  /** Counts how long answers took. */
  LATENCIES
}
