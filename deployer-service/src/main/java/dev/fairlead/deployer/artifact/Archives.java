package dev.fairlead.deployer.artifact;

import dev.fairlead.events.ArtifactDigest;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The archives that were ever resolved, kept by digest, packed and unpacked, under one folder. A
 * release therefore can be started again after its origin is gone.
 */
public final class Archives {

  private final Path folder;

  public Archives(Path folder) {
    this.folder = folder;
  }

  /**
   * Copies the archive into the store, unless it is there already, and names it by its digest.
   *
   * @throws ArtifactUnusable if the file is absent, unreadable or not a zip archive
   */
  public Artifact.Archive resolve(Path zip) {
    throw new UnsupportedOperationException(folder + ": " + zip);
  }

  /** The archive of that digest, if it was resolved here before: what a rollback starts from. */
  public Optional<Artifact.Archive> find(ArtifactDigest digest) {
    throw new UnsupportedOperationException(folder + ": " + digest);
  }

  /**
   * The folder with the archive's files, read-only and complete; unpacked at the first call.
   *
   * @throws ArtifactUnusable if the archive was altered, would write outside its folder, or is too
   *     large
   */
  public Path unpack(Artifact.Archive archive) {
    throw new UnsupportedOperationException(folder + ": " + archive);
  }
}
