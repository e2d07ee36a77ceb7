package dev.fairlead.health.verdict;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.fairlead.events.IncidentId;
import java.time.Instant;

/** Where a target stands, as far as probes could tell. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "standing")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Standing.Unproven.class, name = "unproven"),
  @JsonSubTypes.Type(value = Standing.Healthy.class, name = "healthy"),
  @JsonSubTypes.Type(value = Standing.Degraded.class, name = "degraded")
})
public sealed interface Standing {

  Instant since();

  /** Never seen up. */
  record Unproven(Instant since) implements Standing {}

  record Healthy(Instant since) implements Standing {}

  /**
   * @param firstFailureAt where the incident began
   * @param successes in a row, so far
   * @param reason what the last failed probe saw
   */
  record Degraded(
      Instant since, IncidentId incident, Instant firstFailureAt, int successes, String reason)
      implements Standing {

    Degraded withSuccesses(int count) {
      return new Degraded(since, incident, firstFailureAt, count, reason);
    }

    Degraded failingAgain(String newReason) {
      return new Degraded(since, incident, firstFailureAt, 0, newReason);
    }
  }
}
