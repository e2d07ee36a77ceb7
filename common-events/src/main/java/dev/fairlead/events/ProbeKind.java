package dev.fairlead.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a target is probed. */
public enum ProbeKind {
  /** GET of a URL; expects a status, and a body text if one is given. */
  @JsonProperty("http")
  HTTP,
  /** A TCP connection to host:port. */
  @JsonProperty("tcp")
  TCP,
  /** A connection to a database and one query. */
  @JsonProperty("postgresql")
  POSTGRESQL
}
