package dev.fairlead.backup.files;

import dev.fairlead.backup.folder.Tree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where restored files wait until all of them are there. Names follow from the request alone, so a
 * restore that was interrupted finds what it left, and does not do twice what it has done.
 */
final class Staging {

  private static final Logger log = LoggerFactory.getLogger(Staging.class);
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss").withZone(ZoneOffset.UTC);

  private static final String DONE = "done-";

  /** No path has it. */
  private static final String END_OF_PATH = "\0";

  private final String prefix;
  private final String before;

  Staging(UUID restore, Instant requestedAt) {
    String id = restore.toString();
    this.prefix = ".fairlead-%s-".formatted(id);
    this.before =
        "_before_%s_%s".formatted(STAMP.format(requestedAt), id.substring(id.length() - 6));
  }

  /** On the same file system, so that it can take its place in one step. */
  Path beside(Path archived) {
    return emptied(archived.resolveSibling(prefix + nameOf(archived)));
  }

  /** With the path it had, in a folder that did not exist before this restore. */
  Path below(Path folder, Path archived) {
    String inside = archived.toString().substring(1);
    try {
      Path mark = mark(folder);
      if (!exists(mark)) {
        Files.createDirectories(Objects.requireNonNullElse(folder.getParent(), folder));
        Files.createDirectory(folder);
        Files.createFile(mark);
      }
      Files.writeString(mark, inside + END_OF_PATH, StandardOpenOption.APPEND);
    } catch (FileAlreadyExistsException e) {
      throw new UncheckedIOException(
          new IOException("%s exists; name a folder that does not".formatted(folder), e));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return emptied(folder.resolve(inside));
  }

  /** Takes away what told an interrupted restore that the folder is its own. */
  void leave(Path folder) {
    try {
      Files.deleteIfExists(mark(folder));
    } catch (IOException e) {
      log.warn("{} stays behind: {}", mark(folder), e.toString());
    }
  }

  /**
   * Removes what this restore put below a folder that was made for it, and the folder unless it has
   * something else by now.
   *
   * @return whether nothing of it is left; else it can be tried again
   */
  boolean discardBelow(Path folder) {
    Path mark = mark(folder);
    String staged;
    try {
      staged = Files.readString(mark);
    } catch (NoSuchFileException _) {
      return true;
    } catch (IOException e) { // nobody knows: the disk may be away
      log.warn("{} may stay behind: {}", folder, e.toString());
      return false;
    }
    try {
      for (String inside : staged.split(END_OF_PATH, -1)) {
        if (!inside.isEmpty()) {
          Path path = folder.resolve(inside);
          new Tree(path).delete();
          deleteEmpty(path.getParent(), folder);
        }
      }
      Files.deleteIfExists(mark); // the last: who comes after an interruption goes on
      deleteEmpty(folder, folder);
      log.info(
          "{} next=none what a restore that failed had put there is removed{}",
          folder,
          exists(folder) ? ", all else in it stays" : "");
      return true;
    } catch (IOException | InvalidPathException e) {
      log.warn("{} stays behind: {}", folder, e.toString());
      return false;
    }
  }

  /** This one, and those that it lies in, up to the last. */
  private static void deleteEmpty(@Nullable Path folder, Path last) throws IOException {
    for (Path each = folder; each != null && each.startsWith(last); each = each.getParent()) {
      if (exists(each) && !Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
        return;
      }
      try {
        Files.deleteIfExists(each);
      } catch (DirectoryNotEmptyException _) {
        return;
      }
    }
  }

  /**
   * Removes what waits beside these places, whichever attempt left it; what tells that one of them
   * was taken stays.
   */
  void discard(Collection<Path> targets) {
    targets.stream()
        .flatMap(target -> Stream.ofNullable(target.getParent()))
        .distinct()
        .forEach(this::discardIn);
  }

  private void discardIn(Path folder) {
    try (DirectoryStream<Path> waiting = Files.newDirectoryStream(folder, prefix + "*")) {
      for (Path path : waiting) {
        if (!nameOf(path).startsWith(prefix + DONE)) {
          new Tree(path).delete();
        }
      }
    } catch (NoSuchFileException | NotDirectoryException _) {
      // then nothing waits in it
    } catch (IOException | DirectoryIteratorException e) {
      log.warn("{} in {} stays behind: {}", prefix, folder, e.toString());
    }
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

  /**
   * Says what became of {@code target}. Only a mark tells that it was done before: after the first
   * of the two moves an application may have made its folder again, which looks the same.
   */
  String swap(Path target, Path ready) throws IOException {
    if (exists(done(target))) {
      new Tree(ready).delete();
    } else {
      take(target, ready, aside(target));
      Files.createFile(done(target));
    }
    return restored(target);
  }

  private String restored(Path target) {
    return exists(aside(target))
        ? "%s restored, the replaced one is %s".formatted(target, aside(target))
        : "%s restored, nothing was there".formatted(target);
  }

  /**
   * What is no longer as it was before the restore, whichever attempt did it: of these places each
   * that was taken, or whose old one was set aside for that.
   */
  List<String> changed(Collection<Path> targets) {
    Map<Path, String> changed = new TreeMap<>();
    for (Path target : targets) {
      if (exists(done(target))) {
        changed.putIfAbsent(behindLinks(target), restored(target));
      } else if (exists(aside(target))) {
        changed.putIfAbsent(
            behindLinks(target), "what was %s is %s".formatted(target, aside(target)));
      }
    }
    return List.copyOf(changed.values());
  }

  /** A folder may be known by two names. */
  private static Path behindLinks(Path target) {
    try {
      Path folder = Objects.requireNonNull(target.getParent(), "the root is never archived");
      return folder.toRealPath().resolve(nameOf(target));
    } catch (IOException _) {
      return target;
    }
  }

  private Path aside(Path target) {
    return target.resolveSibling(nameOf(target) + before);
  }

  private static void take(Path target, Path ready, Path before) throws IOException {
    @Nullable Path aside = exists(target) ? free(before) : null;
    if (aside != null) {
      Files.move(target, aside);
    }
    try {
      Files.move(ready, target);
    } catch (IOException e) {
      if (aside != null && !exists(target)) {
        Files.move(aside, target);
      }
      throw e;
    }
  }

  /** What was made anew between two attempts is kept as well. */
  private static Path free(Path before) {
    Path name = before;
    for (int number = 2; exists(name); number++) {
      name = before.resolveSibling("%s_%d".formatted(nameOf(before), number));
    }
    return name;
  }

  /** Takes away what told a later attempt that these were done. */
  void forget(Collection<Path> targets) {
    for (Path target : targets) {
      try {
        Files.deleteIfExists(done(target));
      } catch (IOException e) {
        log.warn("{} stays behind: {}", done(target), e.toString());
      }
    }
  }

  private Path done(Path target) {
    return target.resolveSibling(prefix + DONE + nameOf(target));
  }

  private static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static String nameOf(Path path) {
    return Objects.requireNonNull(path.getFileName(), "the root is never archived").toString();
  }
}
