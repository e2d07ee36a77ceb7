package dev.fairlead.deployer.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writing so that a reader, or the next boot, finds the old content or the new, never a part. */
public final class Durable {

  private static final Logger log = LoggerFactory.getLogger(Durable.class);

  /** Of which the times of files are. */
  static final Clock MACHINE = Clock.systemUTC();

  private Durable() {}

  /** Replaces the file's content: temporary file, fsync, rename, fsync of the folder. */
  public static void write(Path file, byte[] content) throws IOException {
    Path folder = folderOf(file);
    Path temporary = temporaryBeside(file);
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        channel.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
    sync(folder);
  }

  /** Gives a finished file or folder its final name, in the same file system. */
  public static void publish(Path temporary, Path target) throws IOException {
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    sync(folderOf(target));
  }

  /** Forces a file's or folder's content to the disk. */
  public static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** A name in the same folder that nobody else uses; hidden from listings of whole files. */
  public static Path temporaryBeside(Path file) {
    return file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".part");
  }

  /**
   * Deletes what a writer that was killed has left of its temporary files and folders.
   *
   * @param before what was touched since may be somebody's who is still writing
   */
  public static void deleteLeftovers(Path folder, Instant before) throws IOException {
    try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, ".*.part")) {
      for (Path part : parts) {
        if (lastTouched(part).isBefore(before)) {
          deleteTree(part);
        }
      }
    }
  }

  /**
   * The same of one file's writers, in a folder where others keep files of theirs.
   *
   * @param untouched for so long; what was touched since may be somebody's who is still writing
   */
  public static void deleteLeftoversOf(Path file, Duration untouched) {
    Instant before = MACHINE.instant().minus(untouched);
    String name = "." + file.getFileName() + ".*.part";
    try (DirectoryStream<Path> parts = Files.newDirectoryStream(folderOf(file), name)) {
      for (Path part : parts) {
        if (lastTouched(part).isBefore(before)) {
          discard(part);
        }
      }
    } catch (IOException e) {
      log.debug("file={} leftovers=kept reason=\"{}\"", file, e.getMessage());
    }
  }

  /** Deletes what nobody needs; that it cannot be deleted is nobody's failure. */
  public static void discard(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      log.warn("file={} state=left reason=\"{}\" next=\"delete it by hand\"", file, e.getMessage());
    }
  }

  private static Instant lastTouched(Path path) throws IOException {
    try {
      return Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant();
    } catch (NoSuchFileException publishedMeanwhile) {
      return Instant.MAX;
    }
  }

  /** Deletes the folder with everything in it, following no links; an absent one is fine. */
  public static void deleteTree(Path folder) throws IOException {
    try {
      Files.walkFileTree(folder, new Deletion());
    } catch (NoSuchFileException alreadyGone) {
      return;
    }
  }

  private static Path folderOf(Path file) {
    return java.util.Objects.requireNonNull(file.toAbsolutePath().getParent());
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
