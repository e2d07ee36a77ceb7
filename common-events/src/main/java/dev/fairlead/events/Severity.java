package dev.fairlead.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How urgent something is, most urgent first; PagerDuty's four words. */
public enum Severity {
  /** Wakes a person up. */
  @JsonProperty("critical")
  CRITICAL,
  /** Needs a person today. */
  @JsonProperty("error")
  ERROR,
  /** Needs a person this week. */
  @JsonProperty("warning")
  WARNING,
  /** Worth knowing. */
  @JsonProperty("info")
  INFO
}
