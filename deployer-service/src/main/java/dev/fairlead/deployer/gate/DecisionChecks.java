package dev.fairlead.deployer.gate;

import dev.fairlead.events.DecisionId;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/** Every decision that a deployment rests on has to be accepted, and not overdue. */
final class DecisionChecks implements Check {

  /** The prefix by which a finding is recognised as one about a decision. */
  static final String NAME = "decision ";

  private final Decisions decisions;
  private final Clock clock;

  DecisionChecks(Decisions decisions, Clock clock) {
    this.decisions = decisions;
    this.clock = clock;
  }

  @Override
  public List<Finding> look(Candidate candidate) {
    return candidate.plan().decisions().stream().map(this::look).toList();
  }

  private Finding look(DecisionId decision) {
    return decisions
        .objection(decision, LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC))
        .map(
            objection ->
                Finding.failed(
                    Gate.DOCS,
                    Grade.MUST,
                    NAME + decision,
                    objection,
                    "get %s accepted, or name the decision that holds now".formatted(decision)))
        .orElseGet(
            () ->
                Finding.passed(
                    Gate.DOCS,
                    Grade.MUST,
                    NAME + decision,
                    "decision %s is accepted".formatted(decision)));
  }
}
