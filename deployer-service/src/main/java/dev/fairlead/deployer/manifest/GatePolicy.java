package dev.fairlead.deployer.manifest;

import java.util.List;

/**
 * What an environment asks of the gates beyond what they always ask.
 *
 * @param freezes when nothing may be deployed
 * @param incidents how serious an open critical incident of the application is
 * @param onCall how serious it is when nobody is on call
 */
public record GatePolicy(List<Freeze> freezes, Demand incidents, Demand onCall) {

  public static final GatePolicy DEFAULT = new GatePolicy(List.of(), Demand.SHOULD, Demand.IGNORE);

  /** How seriously a check is meant. */
  public enum Demand {
    /** The deployment stops before it has changed anything. */
    MUST,
    /** It goes on, and the report says so. */
    SHOULD,
    /** Nobody looks. */
    IGNORE
  }
}
