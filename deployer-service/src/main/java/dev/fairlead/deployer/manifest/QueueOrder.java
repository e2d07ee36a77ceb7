package dev.fairlead.deployer.manifest;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What becomes of deployments that wait for another one of their place. */
public enum QueueOrder {
  /** All take their turn, in the order of their requests. */
  @JsonProperty("in-order")
  IN_ORDER,
  /**
   * Only the newest takes its turn; it supersedes those that wait. Rollbacks are never superseded.
   */
  @JsonProperty("newest")
  NEWEST
}
