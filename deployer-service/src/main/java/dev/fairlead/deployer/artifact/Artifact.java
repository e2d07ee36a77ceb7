package dev.fairlead.deployer.artifact;

import dev.fairlead.events.ArtifactDigest;
import java.nio.file.Path;

/** What a release consists of, pinned by its digest. */
public sealed interface Artifact {

  ArtifactDigest digest();

  /**
   * A zip archive for plain processes.
   *
   * @param digest SHA-256 of the file's bytes
   * @param file a copy in Fairlead's own {@link Archives}, safe from changes at its origin
   */
  record Archive(ArtifactDigest digest, Path file) implements Artifact {}

  /**
   * What an image is built from.
   *
   * @param digest SHA-256 of the file's bytes
   * @param file a tar archive in Fairlead's own store, safe from changes at its origin
   */
  record Context(ArtifactDigest digest, Path file) implements Artifact {}

  /**
   * A container image as the engine knows it.
   *
   * @param digest the image id: digest of the image's configuration, which pins all of its layers
   * @param reference what the manifest said, such as {@code orders:1.4.2}; for people only
   */
  record Image(ArtifactDigest digest, String reference) implements Artifact {}
}
