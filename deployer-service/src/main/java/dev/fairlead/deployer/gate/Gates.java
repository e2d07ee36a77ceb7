package dev.fairlead.deployer.gate;

import java.util.List;

/** All checks. None stops at another's failure, so that people hear everything at once. */
public final class Gates {

  private final List<Check> checks;

  Gates(List<Check> checks) {
    this.checks = List.copyOf(checks);
  }

  public GateReport report(Candidate candidate) {
    return new GateReport(
        checks.stream().flatMap(check -> check.look(candidate).stream()).toList());
  }
}
