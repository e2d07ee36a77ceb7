package dev.fairlead.backup.files;

import dev.fairlead.backup.folder.Tree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import java.util.UUID;

/**
 * Where restored files wait until all of them are there. Names follow from the request alone, so a
 * restore that was interrupted finds what it left, and does not do twice what it has done.
 */
final class Staging {

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss").withZone(ZoneOffset.UTC);

  private final String prefix;
  private final String stamp;

  Staging(UUID restore, Instant requestedAt) {
    this.prefix = ".fairlead-%s-".formatted(restore);
    this.stamp = STAMP.format(requestedAt);
  }

  /** On the same file system, so that it can take its place in one step. */
  Path beside(Path archived) {
    return emptied(archived.resolveSibling(prefix + nameOf(archived)));
  }

  /** With the path it had, in a folder that did not exist before this restore. */
  Path below(Path folder, Path archived) {
    try {
      Path mark = mark(folder);
      if (!Files.exists(mark, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectories(Objects.requireNonNullElse(folder.getParent(), folder));
        Files.createDirectory(folder);
        Files.createFile(mark);
      }
    } catch (FileAlreadyExistsException e) {
      throw new UncheckedIOException(
          new IOException("%s exists; name a folder that does not".formatted(folder), e));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return emptied(folder.resolve(archived.toString().substring(1)));
  }

  /** Takes away what told an interrupted restore that the folder is its own. */
  void leave(Path folder) throws IOException {
    Files.deleteIfExists(mark(folder));
  }

  private Path mark(Path folder) {
    return folder.resolve(prefix + "restoring");
  }

  private static Path emptied(Path target) {
    try {
      Files.createDirectories(Objects.requireNonNull(target.getParent()));
      new Tree(target).delete();
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Says what became of {@code target}. */
  String swap(Path target, Path ready) throws IOException {
    Path before = target.resolveSibling("%s_before_%s".formatted(nameOf(target), stamp));
    boolean swapped = exists(before) && exists(target);
    if (swapped) {
      new Tree(ready).delete();
      return "%s restored, the replaced one is %s".formatted(target, before);
    }
    if (exists(target)) {
      Files.move(target, before);
    }
    Files.move(ready, target);
    return exists(before)
        ? "%s restored, the replaced one is %s".formatted(target, before)
        : "%s restored, nothing was there".formatted(target);
  }

  private static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static String nameOf(Path path) {
    return Objects.requireNonNull(path.getFileName(), "the root is never archived").toString();
  }
}
