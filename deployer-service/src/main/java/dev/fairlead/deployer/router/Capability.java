package dev.fairlead.deployer.router;

/** What only some routers can do. */
public enum Capability {
  /** Changes from one set to the next at one instant; else both serve for a moment. */
  SWITCHES_AT_ONCE,
  /** Holds requests back for a short stop of the world. */
  HOLD,
  /** Counts requests and errors of each backend. */
  FIGURES,
  /** Counts how long answers took. */
  LATENCIES
}
