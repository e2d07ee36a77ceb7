package dev.fairlead.deployer.plan;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whose instances are meant. */
public enum Side {
  /** Those of the release that is being deployed. */
  @JsonProperty("new")
  NEW,
  /** Those of the release that served before, and to which a rollback returns. */
  @JsonProperty("old")
  OLD
}
