package dev.fairlead.deployer.gate;

import java.util.ArrayList;
import java.util.List;

/** All checks. None stops at another's failure, so that people hear everything at once. */
public final class Gates {

  private final List<Check> checks;
  private final Waivers waivers;

  Gates(List<Check> checks, Waivers waivers) {
    this.checks = List.copyOf(checks);
    this.waivers = waivers;
  }

  public GateReport report(Candidate candidate) throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    for (Check check : checks) {
      if (check.concerns(candidate.request())) {
        findings.addAll(check.look(candidate));
      }
    }
    return waivers
        .find(candidate.request().id())
        .map(waiver -> new GateReport(findings.stream().map(waiver::applyTo).toList(), waiver))
        .orElseGet(() -> new GateReport(List.copyOf(findings), null));
  }
}
