package dev.fairlead.deployer.gate;

import dev.fairlead.deployer.manifest.Freeze;
import dev.fairlead.deployer.plan.Request;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Whether this is a time at which nothing may be deployed. A rollback may be at any time. */
final class FreezeChecks implements Check {

  static final String NAME = "freeze";

  private final Clock clock;

  FreezeChecks(Clock clock) {
    this.clock = clock;
  }

  @Override
  public List<Finding> look(Candidate candidate) {
    Grade grade = candidate.request().isRollback() ? Grade.SHOULD : Grade.MUST;
    Instant now = clock.instant();
    List<Finding> frozen =
        candidate.plan().spec().gates().freezes().stream()
            .flatMap(freeze -> frozen(freeze, now, grade).stream())
            .toList();
    return frozen.isEmpty()
        ? List.of(Finding.passed(Gate.OPERATIONAL, grade, NAME, "no freeze window is open"))
        : frozen;
  }

  @Override
  public boolean concerns(Request request) {
    return true;
  }

  private static Optional<Finding> frozen(Freeze freeze, Instant now, Grade grade) {
    return FreezeCalendar.frozenUntil(freeze, now)
        .map(
            end ->
                Finding.failed(
                    Gate.OPERATIONAL,
                    grade,
                    NAME,
                    "deployments are frozen (%s) until %s"
                        .formatted(freeze.name(), end.atZone(freeze.zone()).toOffsetDateTime()),
                    "wait, or have somebody with the role approver waive the check freeze"));
  }
}
