package dev.fairlead.deployer.release;

import dev.fairlead.deployer.artifact.Archives;
import dev.fairlead.deployer.artifact.Artifact;
import dev.fairlead.deployer.artifact.ArtifactUnusable;
import dev.fairlead.deployer.artifact.Images;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.RuntimeKind;
import dev.fairlead.deployer.runtime.Program;
import dev.fairlead.events.ArtifactDigest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;

/** From what a manifest names to what a runtime starts, by way of the digest. */
public final class Artifacts {

  /** What an image is told to listen on when the manifest does not say. */
  private static final int DEFAULT_PORT = 8080;

  private final Archives archives;
  private final Images images;

  public Artifacts(Archives archives, Images images) {
    this.archives = archives;
    this.images = images;
  }

  /**
   * @param reference a path or an image; or a digest, for what was deployed before
   * @throws ArtifactUnusable when there is no such thing
   */
  public ArtifactDigest resolve(RuntimeKind runtime, String reference, Path directory) {
    Artifact artifact =
        switch (runtime) {
          case PROCESS ->
              isDigest(reference)
                  ? kept(new ArtifactDigest(reference))
                  : archives.resolve(directory.resolve(reference));
          case DOCKER -> images.resolve(reference);
        };
    return artifact.digest();
  }

  /** What starts an instance; an archive is unpacked if it was not before. */
  public Program program(EnvironmentSpec spec, ArtifactDigest digest) {
    return switch (spec.runtime()) {
      case PROCESS -> new Program.Unpacked(digest, folder(digest), spec.command());
      case DOCKER ->
          new Program.ContainerImage(
              digest, spec.command(), spec.port() == null ? DEFAULT_PORT : spec.port());
    };
  }

  /**
   * Removes every archive but those that are needed, packed and unpacked.
   *
   * @param before nothing is removed that was resolved since
   * @return what was removed
   */
  public Set<ArtifactDigest> prune(Set<ArtifactDigest> needed, Instant before) {
    return archives.prune(needed, before);
  }

  /**
   * Where the migration scripts are: in the archive, or, for an image, beside the manifest.
   *
   * @param migrations as the manifest names it
   */
  public Path migrations(
      EnvironmentSpec spec, ArtifactDigest digest, String migrations, Path directory) {
    return (spec.runtime() == RuntimeKind.PROCESS ? folder(digest) : directory).resolve(migrations);
  }

  private static boolean isDigest(String reference) {
    return reference.matches("sha256:[0-9a-f]{64}");
  }

  private Path folder(ArtifactDigest digest) {
    return archives.unpack(kept(digest));
  }

  private Artifact.Archive kept(ArtifactDigest digest) {
    return archives
        .find(digest)
        .orElseThrow(
            () ->
                new ArtifactUnusable(
                    digest.value(), "it is no longer in the store; deploy its version again"));
  }
}
