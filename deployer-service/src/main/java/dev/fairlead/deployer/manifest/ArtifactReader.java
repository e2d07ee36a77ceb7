package dev.fairlead.deployer.manifest;

import java.util.Optional;

/** {@code artifact}: an archive for a process, an image for Docker. */
final class ArtifactReader {

  private ArtifactReader() {}

  static ArtifactSource read(Section section, RuntimeKind runtime) {
    String wanted = runtime == RuntimeKind.PROCESS ? "archive" : "image";
    Optional<String> kind = section.oneOf("archive", "image");
    kind.filter(found -> !found.equals(wanted))
        .ifPresent(
            found ->
                section.violate(
                    found,
                    "runtime %s runs an %s"
                        .formatted(runtime == RuntimeKind.PROCESS ? "process" : "docker", wanted)));
    String pattern = kind.map(k -> section.required(k, Scalars::filledText, "")).orElse("");
    section.end();
    return runtime == RuntimeKind.PROCESS
        ? new ArtifactSource.Archive(pattern)
        : new ArtifactSource.Image(pattern);
  }
}
