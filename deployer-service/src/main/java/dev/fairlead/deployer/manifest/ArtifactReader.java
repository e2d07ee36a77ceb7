package dev.fairlead.deployer.manifest;

import java.util.Map;
import java.util.Optional;

/** {@code artifact}: an archive for a process; an image for Docker, ready or to be built. */
final class ArtifactReader {

  private ArtifactReader() {}

  static ArtifactSource read(Section section, RuntimeKind runtime) {
    Optional<String> kind = section.oneOf("archive", "image", "build");
    kind.filter(found -> found.equals("archive") != (runtime == RuntimeKind.PROCESS))
        .ifPresent(found -> section.violate(found, expected(runtime)));
    ArtifactSource source =
        switch (kind.orElse("")) {
          case "archive" -> new ArtifactSource.Archive(pattern(section, "archive"));
          case "image" -> new ArtifactSource.Image(pattern(section, "image"));
          case "build" -> build(section.section("build"));
          default -> new ArtifactSource.Archive("");
        };
    section.end();
    return source;
  }

  private static String expected(RuntimeKind runtime) {
    return runtime == RuntimeKind.PROCESS
        ? "runtime process runs an archive"
        : "runtime docker runs an image: name one, or say what to build it from";
  }

  private static String pattern(Section section, String kind) {
    return section.required(kind, Scalars::filledText, "");
  }

  private static ArtifactSource build(Section section) {
    Map<String, String> args = section.texts("args");
    args.forEach(
        (name, value) -> {
          if (value.startsWith("secret:")) {
            section.violate(
                "args",
                "%s is a secret, and everybody who has the image could read it in its history; fetch it before the build"
                    .formatted(name));
          }
        });
    ArtifactSource.Build build =
        new ArtifactSource.Build(
            section.or("context", Scalars::filledText, "."),
            section.or("dockerfile", Scalars::pathWithin, "Dockerfile"),
            section.optional("target", Scalars::filledText).orElse(null),
            args);
    section.end();
    return build;
  }
}
