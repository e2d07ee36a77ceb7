package dev.fairlead.deployer.artifact;

import dev.fairlead.deployer.disk.Durable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Writes one archive's files into a new folder, each forced to the disk. */
final class Unpacking {

  private static final Set<PosixFilePermission> READ_ONLY =
      PosixFilePermissions.fromString("r--r--r--");
  private static final Set<PosixFilePermission> EXECUTABLE =
      PosixFilePermissions.fromString("r-xr-xr-x");

  private final Path archive;
  private final Path target;
  private final ArchiveLimits limits;
  private long bytes;
  private int files;

  Unpacking(Path archive, Path target, ArchiveLimits limits) {
    this.archive = archive;
    this.target = target;
    this.limits = limits;
  }

  void run() throws IOException {
    Files.createDirectories(target);
    // The zip file system refuses names with '.' or '..' elements when it is opened.
    try (FileSystem zip =
        FileSystems.newFileSystem(
            archive,
            Map.of("enablePosixFileAttributes", "true", "defaultPermissions", "rw-r--r--"))) {
      for (Path root : zip.getRootDirectories()) {
        Files.walkFileTree(root, new Copying(root));
      }
    } catch (ZipException e) {
      throw new ArtifactUnusable(
          archive.toString(),
          "it is unsafe or damaged (" + e.getMessage() + "); build it again",
          e);
    }
  }

  private final class Copying extends SimpleFileVisitor<Path> {

    private final Path root;

    Copying(Path root) {
      this.root = root;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
        throws IOException {
      count();
      Files.createDirectories(destination(folder));
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      count();
      Path destination = destination(file);
      try (InputStream in = Files.newInputStream(file);
          OutputStream out = Files.newOutputStream(destination)) {
        copy(in, out);
      }
      Files.setPosixFilePermissions(destination, executable(file) ? EXECUTABLE : READ_ONLY);
      Durable.sync(destination);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      Durable.sync(destination(folder));
      return FileVisitResult.CONTINUE;
    }

    private Path destination(Path entry) {
      Path destination = target.resolve(root.relativize(entry).toString()).normalize();
      if (!destination.startsWith(target)) {
        throw new ArtifactUnusable(
            archive.toString(), "its entry '" + entry + "' points outside of the archive");
      }
      return destination;
    }
  }

  private void count() {
    files++;
    if (files > limits.files()) {
      throw new ArtifactUnusable(
          archive.toString(), "it holds more than the allowed %d files".formatted(limits.files()));
    }
  }

  /** Counts what really comes out: sizes in an archive's directory can lie. */
  private void copy(InputStream in, OutputStream out) throws IOException {
    byte[] buffer = new byte[64 << 10];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      bytes += read;
      if (bytes > limits.bytes()) {
        throw new ArtifactUnusable(
            archive.toString(),
            "it unpacks to more than the allowed %d bytes".formatted(limits.bytes()));
      }
      out.write(buffer, 0, read);
    }
  }

  private static boolean executable(Path file) throws IOException {
    return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_EXECUTE);
  }
}
