package dev.fairlead.deployer.image;

import dev.fairlead.deployer.artifact.ArchiveLimits;
import dev.fairlead.deployer.artifact.Artifact;
import dev.fairlead.deployer.artifact.ArtifactUnusable;
import dev.fairlead.deployer.disk.Durable;
import dev.fairlead.events.ArtifactDigest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The contexts that images are built from, kept by digest from the moment a plan is made, so that
 * what is built is what was approved, whatever has become of the folder meanwhile.
 */
public final class BuildContexts {

  private final Path folder;
  private final ArchiveLimits limits;

  public BuildContexts(Path folder) {
    this(folder, ArchiveLimits.DEFAULT);
  }

  public BuildContexts(Path folder, ArchiveLimits limits) {
    this.folder = folder.toAbsolutePath().normalize();
    this.limits = limits;
  }

  /**
   * @param origin a folder, or a tar archive of one
   * @param dockerfile its path in the context
   * @throws ArtifactUnusable if it cannot be read, or lacks its Dockerfile
   */
  public Artifact.Context pack(Path origin, String dockerfile) {
    try {
      if (Files.isDirectory(origin)) {
        return packFolder(origin.toAbsolutePath().normalize(), dockerfile);
      }
      if (!Files.isRegularFile(origin) || !Files.isReadable(origin)) {
        throw new ArtifactUnusable(
            origin.toString(),
            "there is no such folder or archive, or the deployer may not read it; correct artifact.build.context");
      }
      Files.createDirectories(folder);
      Path unpacked = Files.createDirectory(Durable.temporaryBeside(folder.resolve("unpacked")));
      try {
        new UnpackedTar(origin, unpacked, limits).write();
        return packFolder(unpacked, dockerfile);
      } finally {
        Durable.deleteTree(unpacked);
      }
    } catch (UncheckedIOException e) {
      throw unusable(origin, Objects.requireNonNull(e.getCause()));
    } catch (IOException e) {
      throw unusable(origin, e);
    }
  }

  private ArtifactUnusable unusable(Path origin, IOException e) {
    return ArtifactUnusable.unwritable(origin.toString(), "packing it", folder, e);
  }

  private Artifact.Context packFolder(Path root, String dockerfile) throws IOException {
    Files.createDirectories(folder);
    Path temporary = Durable.temporaryBeside(folder.resolve("context"));
    try {
      MessageDigest sha256 = sha256();
      try (OutputStream out = new DigestOutputStream(Files.newOutputStream(temporary), sha256)) {
        new ContextArchive(root, dockerfile, limits).write(out);
      }
      ArtifactDigest digest =
          new ArtifactDigest("sha256:" + HexFormat.of().formatHex(sha256.digest()));
      Durable.sync(temporary);
      // replacing the same bytes also says that they were needed now
      Durable.publish(temporary, fileOf(digest));
      return new Artifact.Context(digest, fileOf(digest));
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  Optional<Artifact.Context> find(ArtifactDigest digest) {
    return Files.isRegularFile(fileOf(digest))
        ? Optional.of(new Artifact.Context(digest, fileOf(digest)))
        : Optional.empty();
  }

  /**
   * @throws ArtifactUnusable when it is not here (any more)
   */
  public Artifact.Context require(ArtifactDigest digest) {
    return find(digest)
        .orElseThrow(
            () ->
                new ArtifactUnusable(
                    digest.value(),
                    "the context is no longer in the store; deploy the version again"));
  }

  /**
   * Removes every context but those that are needed.
   *
   * @param before nothing is removed that was packed since
   */
  public void prune(Set<ArtifactDigest> needed, Instant before) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.tar")) {
      Durable.deleteLeftovers(folder, before);
      for (Path file : files) {
        boolean old = Files.getLastModifiedTime(file).toInstant().isBefore(before);
        if (old && needed.stream().noneMatch(digest -> fileOf(digest).equals(file))) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the contexts cannot be tidied up: " + e.getMessage(), e);
    }
  }

  private Path fileOf(ArtifactDigest digest) {
    return folder.resolve(digest.value().substring("sha256:".length()) + ".tar");
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
