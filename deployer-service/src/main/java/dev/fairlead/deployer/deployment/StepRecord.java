package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.plan.Step;
import dev.fairlead.events.DeploymentEvent.Phase;
import dev.fairlead.events.DeploymentEvent.StepOutcome;
import java.time.Instant;

/** A step that has ended, of the plan or of the rollback. */
public record StepRecord(
    Phase phase,
    String name,
    StepOutcome outcome,
    String detail,
    Instant startedAt,
    long durationMillis) {

  boolean isSuccessOf(Step step) {
    return outcome == StepOutcome.SUCCEEDED && phase == step.phase() && name.equals(step.name());
  }
}
