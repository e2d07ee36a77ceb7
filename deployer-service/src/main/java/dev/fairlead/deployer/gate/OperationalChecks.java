package dev.fairlead.deployer.gate;

import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.GatePolicy.Demand;
import dev.fairlead.deployer.plan.Request;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Whether this is a good moment: nobody is unwell, and somebody would notice. */
final class OperationalChecks implements Check {

  static final String INCIDENTS = "incidents";
  static final String ON_CALL = "on-call";

  private final Incidents incidents;
  private final Duty duty;
  private final Clock clock;

  OperationalChecks(Incidents incidents, Duty duty, Clock clock) {
    this.incidents = incidents;
    this.duty = duty;
    this.clock = clock;
  }

  @Override
  public boolean concerns(Request request) {
    return true;
  }

  @Override
  public List<Finding> look(Candidate candidate) {
    EnvironmentSpec spec = candidate.plan().spec();
    boolean rollback = candidate.request().isRollback();
    // with nothing healthy to protect, a rollback or a removal is what ends the incident
    boolean ends = rollback || candidate.request().takesAway();
    List<Finding> findings = new ArrayList<>();
    if (spec.gates().incidents() != Demand.IGNORE) {
      findings.add(incidents(spec, gradeOf(spec.gates().incidents(), ends)));
    }
    if (spec.gates().onCall() != Demand.IGNORE) {
      findings.add(onCall(spec, gradeOf(spec.gates().onCall(), rollback)));
    }
    return findings;
  }

  private static Grade gradeOf(Demand demand, boolean urgent) {
    return demand == Demand.MUST && !urgent ? Grade.MUST : Grade.SHOULD;
  }

  private Finding incidents(EnvironmentSpec spec, Grade grade) {
    List<String> unwell = incidents.critical(spec.place());
    return unwell.isEmpty()
        ? Finding.passed(Gate.OPERATIONAL, grade, INCIDENTS, "no critical incident is open")
        : Finding.failed(
            Gate.OPERATIONAL,
            grade,
            INCIDENTS,
            "critical incidents are open: " + String.join(", ", unwell),
            "end them first, unless this deployment is what ends them");
  }

  private Finding onCall(EnvironmentSpec spec, Grade grade) {
    String team = spec.team() == null ? "" : spec.team();
    List<String> people = duty.onCall(team, clock.instant());
    return people.isEmpty()
        ? Finding.failed(
            Gate.OPERATIONAL,
            grade,
            ON_CALL,
            "nobody is known to be on call for %s"
                .formatted(team.isEmpty() ? "it" : "team " + team),
            "publish on-call-changed for the team, or deploy when somebody is there")
        : Finding.passed(Gate.OPERATIONAL, grade, ON_CALL, "on call: " + String.join(", ", people));
  }
}
