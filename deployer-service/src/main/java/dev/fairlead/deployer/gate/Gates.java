package dev.fairlead.deployer.gate;

import java.util.ArrayList;
import java.util.List;

/** All checks. None stops at another's failure, so that people hear everything at once. */
public final class Gates {

  private final List<Check> checks;

  Gates(List<Check> checks) {
    this.checks = List.copyOf(checks);
  }

  public GateReport report(Candidate candidate) throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    for (Check check : checks) {
      findings.addAll(check.look(candidate));
    }
    return new GateReport(List.copyOf(findings));
  }
}
