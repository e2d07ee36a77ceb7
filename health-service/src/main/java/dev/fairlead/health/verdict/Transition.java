package dev.fairlead.health.verdict;

import dev.fairlead.events.IncidentId;
import java.time.Duration;
import java.time.Instant;

/** A change of verdict that others must hear of. */
public sealed interface Transition {

  /**
   * @param failures within the window, the last one included
   */
  record Degraded(IncidentId incident, int failures, Instant firstFailureAt, String reason)
      implements Transition {}

  /**
   * @param downFor from the first failure to the success that ended it
   */
  record Recovered(IncidentId incident, Duration downFor) implements Transition {}

  /** The prober has lost sight of it. */
  record Blinded(String reason) implements Transition {}
}
