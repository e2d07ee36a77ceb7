package dev.fairlead.health.verdict;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What is said of a target. */
public enum Verdict {
  @JsonProperty("healthy")
  HEALTHY,
  /** It failed often enough; an incident is open. */
  @JsonProperty("degraded")
  DEGRADED,
  /** Never seen up, or the prober itself cannot see. */
  @JsonProperty("unknown")
  UNKNOWN
}
