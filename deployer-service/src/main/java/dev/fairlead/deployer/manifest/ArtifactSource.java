package dev.fairlead.deployer.manifest;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.fairlead.events.Version;

/** Where the artifact of a version is found. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
public sealed interface ArtifactSource {

  /** The path or image reference, in which {@code {version}} stands for the version. */
  String pattern();

  default String reference(Version version) {
    return pattern().replace("{version}", version.value());
  }

  /** A zip file, by a path relative to the manifest. */
  @JsonTypeName("archive")
  record Archive(String pattern) implements ArtifactSource {}

  /** An image of a registry, or of the engine. */
  @JsonTypeName("image")
  record Image(String pattern) implements ArtifactSource {}
}
