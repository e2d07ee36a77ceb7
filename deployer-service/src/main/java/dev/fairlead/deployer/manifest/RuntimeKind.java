package dev.fairlead.deployer.manifest;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What instances run on. */
public enum RuntimeKind {
  /** Plain processes on the deployer's host. */
  @JsonProperty("process")
  PROCESS,
  /** Containers of a Docker Engine. */
  @JsonProperty("docker")
  DOCKER
}
