package dev.fairlead.deployer.manifest;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What spreads the requests over the instances. */
public enum RouterKind {
  /** Fairlead's own proxy. */
  @JsonProperty("edge")
  EDGE,
  @JsonProperty("haproxy")
  HAPROXY,
  @JsonProperty("nginx")
  NGINX,
  @JsonProperty("traefik")
  TRAEFIK;

  /** The word for it in the manifest and in the deployer's settings. */
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
