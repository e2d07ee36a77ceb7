package dev.fairlead.deployer.deployment;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fairlead.deployer.plan.Step;
import dev.fairlead.events.DeploymentEvent.Phase;
import dev.fairlead.events.DeploymentEvent.ServingInstance;
import dev.fairlead.events.DeploymentEvent.StepOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step that has ended, of the plan or of the rollback.
 *
 * @param evidence what every instance was seen to be and to get, of a step that looked
 * @param needless true where it found nothing to do; absent in every other step, and in records of
 *     earlier versions
 */
public record StepRecord(
    Phase phase,
    String name,
    StepOutcome outcome,
    String detail,
    Instant startedAt,
    long durationMillis,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<ServingInstance> evidence,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean needless) {

  static StepRecord of(Step step, Instant since, StepResult result, Instant now) {
    return new StepRecord(
        step.phase(),
        step.name(),
        result.outcome(),
        result.detail(),
        since,
        millis(since, now),
        result.proof(),
        result instanceof StepResult.Needless ? true : null);
  }

  static StepRecord of(Step step, Instant since, StepOutcome outcome, String detail, Instant now) {
    return new StepRecord(
        step.phase(), step.name(), outcome, detail, since, millis(since, now), null, null);
  }

  private static long millis(Instant since, Instant now) {
    return Math.max(0, Duration.between(since, now).toMillis());
  }

  boolean isSuccessOf(Step step) {
    return outcome == StepOutcome.SUCCEEDED && isOf(step);
  }

  /** Whether it changed what it is for, or may have. */
  boolean isEffectOf(Step step) {
    return isSuccessOf(step) && !Boolean.TRUE.equals(needless);
  }

  boolean isOf(Step step) {
    return phase == step.phase() && name.equals(step.name());
  }
}
