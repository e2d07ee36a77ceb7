package dev.fairlead.deployer.gate;

import java.util.List;

/** Whether this is a good moment. */
final class OperationalChecks implements Check {

  private final Incidents incidents;

  OperationalChecks(Incidents incidents) {
    this.incidents = incidents;
  }

  @Override
  public List<Finding> look(Candidate candidate) {
    List<String> unwell = incidents.critical(candidate.plan().place());
    // with nothing healthy to protect, a new release or a rollback is what ends the incident
    Grade grade = Grade.SHOULD;
    return List.of(
        unwell.isEmpty()
            ? Finding.passed(Gate.OPERATIONAL, grade, "incidents", "no critical incident is open")
            : Finding.failed(
                Gate.OPERATIONAL,
                grade,
                "incidents",
                "critical incidents are open: " + String.join(", ", unwell),
                "end them first, unless this deployment is what ends them"));
  }
}
