package dev.fairlead.deployer.deployment;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fairlead.deployer.plan.Step;
import dev.fairlead.events.DeploymentEvent.Phase;
import dev.fairlead.events.DeploymentEvent.ServingInstance;
import dev.fairlead.events.DeploymentEvent.StepOutcome;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step that has ended, of the plan or of the rollback.
 *
 * @param evidence what every instance was seen to be and to get, of a step that looked
 */
public record StepRecord(
    Phase phase,
    String name,
    StepOutcome outcome,
    String detail,
    Instant startedAt,
    long durationMillis,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<ServingInstance> evidence) {

  boolean isSuccessOf(Step step) {
    return outcome == StepOutcome.SUCCEEDED && isOf(step);
  }

  boolean isOf(Step step) {
    return phase == step.phase() && name.equals(step.name());
  }
}
