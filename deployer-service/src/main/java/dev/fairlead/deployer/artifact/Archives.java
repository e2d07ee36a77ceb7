package dev.fairlead.deployer.artifact;

import dev.fairlead.deployer.disk.Durable;
import dev.fairlead.events.ArtifactDigest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * The archives that were ever resolved, kept by digest, packed and unpacked, under one folder. A
 * release therefore can be started again after its origin is gone.
 */
public final class Archives {

  private final Path packed;
  private final Path unpacked;
  private final ArchiveLimits limits;

  public Archives(Path folder) {
    this(folder, ArchiveLimits.DEFAULT);
  }

  public Archives(Path folder, ArchiveLimits limits) {
    this.packed = folder.toAbsolutePath().normalize().resolve("packed");
    this.unpacked = folder.toAbsolutePath().normalize().resolve("unpacked");
    this.limits = limits;
  }

  /**
   * Copies the archive into the store, unless it is there already, and names it by its digest.
   *
   * @throws ArtifactUnusable if the file is absent, unreadable or not a zip archive
   */
  public Artifact.Archive resolve(Path zip) {
    String name = zip.toString();
    if (!Files.isRegularFile(zip)) {
      throw new ArtifactUnusable(
          name, "there is no such file; build the archive, or correct the path in the manifest");
    }
    if (!Files.isReadable(zip)) {
      throw new ArtifactUnusable(name, "the deployer may not read it; give its user the right");
    }
    try {
      requireZip(zip);
      Optional<Artifact.Archive> known = find(digestOf(zip));
      if (known.isPresent()) {
        touch(known.get().file());
        return known.get();
      }
      return copy(zip);
    } catch (IOException e) {
      throw ArtifactUnusable.unwritable(name, "copying it", home(), e);
    }
  }

  /** The archive of that digest, if it was resolved here before: what a rollback starts from. */
  public Optional<Artifact.Archive> find(ArtifactDigest digest) {
    Path file = packed.resolve(hex(digest) + ".zip");
    return Files.isRegularFile(file)
        ? Optional.of(new Artifact.Archive(digest, file))
        : Optional.empty();
  }

  /**
   * The folder with the archive's files, read-only and complete; unpacked at the first call.
   *
   * @throws ArtifactUnusable if the archive was altered, would write outside its folder, or is too
   *     large
   */
  public Path unpack(Artifact.Archive archive) {
    Path target = unpacked.resolve(hex(archive.digest()));
    if (Files.isDirectory(target)) {
      return target;
    }
    String name = archive.file().toString();
    try {
      requireUnaltered(archive);
      Files.createDirectories(unpacked);
      Path temporary = Durable.temporaryBeside(target);
      try {
        new Unpacking(archive.file(), temporary, limits).run();
        publish(temporary, target);
      } finally {
        Durable.deleteTree(temporary);
      }
      return target;
    } catch (IOException e) {
      throw ArtifactUnusable.unwritable(name, "unpacking it", home(), e);
    }
  }

  /**
   * Removes every archive but those that are needed, packed and unpacked.
   *
   * @param before nothing is removed that was resolved since
   * @return what was removed
   */
  public Set<ArtifactDigest> prune(Set<ArtifactDigest> needed, Instant before) {
    Set<ArtifactDigest> removed = new HashSet<>();
    if (!Files.isDirectory(packed)) {
      return removed;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(packed, "*.zip")) {
      Durable.deleteLeftovers(packed, before);
      if (Files.isDirectory(unpacked)) {
        Durable.deleteLeftovers(unpacked, before);
      }
      for (Path file : files) {
        String hex = file.getFileName().toString().replace(".zip", "");
        ArtifactDigest digest = new ArtifactDigest("sha256:" + hex);
        boolean old = Files.getLastModifiedTime(file).toInstant().isBefore(before);
        if (old && !needed.contains(digest)) {
          Durable.deleteTree(unpacked.resolve(hex));
          Files.deleteIfExists(file);
          removed.add(digest);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the archives cannot be tidied up: " + e.getMessage(), e);
    }
    return removed;
  }

  private Path home() {
    return Objects.requireNonNull(packed.getParent());
  }

  /** By the clock of the file system, which also dates the files that are new. */
  private void touch(Path file) throws IOException {
    Path now = Files.createTempFile(packed, "now", null);
    try {
      Files.setLastModifiedTime(file, Files.getLastModifiedTime(now));
    } finally {
      Files.deleteIfExists(now);
    }
  }

  private static void requireZip(Path zip) throws IOException {
    try (ZipFile file = new ZipFile(zip.toFile())) {
      if (file.size() == 0) {
        throw new ArtifactUnusable(zip.toString(), "the archive is empty");
      }
    } catch (ZipException e) {
      throw new ArtifactUnusable(
          zip.toString(), "it is not a zip archive (" + e.getMessage() + "); build it again", e);
    }
  }

  private Artifact.Archive copy(Path zip) throws IOException {
    Files.createDirectories(packed);
    Path temporary = Durable.temporaryBeside(packed.resolve("archive"));
    try {
      // The copy's own digest: the original may change between two readings.
      ArtifactDigest digest;
      try (OutputStream out = Files.newOutputStream(temporary)) {
        digest = digestOf(zip, out);
      }
      Durable.sync(temporary);
      Path file = packed.resolve(hex(digest) + ".zip");
      Durable.publish(temporary, file);
      return new Artifact.Archive(digest, file);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void requireUnaltered(Artifact.Archive archive) throws IOException {
    if (!Files.isRegularFile(archive.file())) {
      throw new ArtifactUnusable(
          archive.file().toString(), "it is gone from the store; deploy from its origin again");
    }
    ArtifactDigest found = digestOf(archive.file());
    if (!found.equals(archive.digest())) {
      throw new ArtifactUnusable(
          archive.file().toString(),
          "its digest is %s instead of %s: the stored copy was altered; delete it and deploy from its origin again"
              .formatted(found, archive.digest()));
    }
  }

  /** Somebody else may have unpacked the same content meanwhile; then theirs is as good. */
  private static void publish(Path temporary, Path target) throws IOException {
    try {
      Durable.publish(temporary, target);
    } catch (FileSystemException e) {
      if (!Files.isDirectory(target)) {
        throw e;
      }
    }
  }

  private static ArtifactDigest digestOf(Path file) throws IOException {
    return digestOf(file, OutputStream.nullOutputStream());
  }

  private static ArtifactDigest digestOf(Path file, OutputStream copy) throws IOException {
    MessageDigest sha256 = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha256)) {
      in.transferTo(copy);
    }
    return new ArtifactDigest("sha256:" + HexFormat.of().formatHex(sha256.digest()));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String hex(ArtifactDigest digest) {
    return digest.value().substring("sha256:".length());
  }
}
