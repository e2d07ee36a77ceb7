package dev.fairlead.deployer.manifest;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.fairlead.events.Version;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the artifact of a version is found. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
public sealed interface ArtifactSource {

  /**
   * The path, the image reference or the context, in which {@code {version}} stands for the
   * version.
   */
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

  /**
   * An image that Fairlead builds.
   *
   * @param pattern the context: a folder or an archive, by a path relative to the manifest
   * @param dockerfile by its path in the context
   * @param target the stage to stop at; the last one when absent
   * @param args of the build; they can be read in the image's history, so never a secret
   */
  @JsonTypeName("build")
  record Build(String pattern, String dockerfile, @Nullable String target, Map<String, String> args)
      implements ArtifactSource {

    public Build {
      args = Map.copyOf(args);
    }
  }
}
