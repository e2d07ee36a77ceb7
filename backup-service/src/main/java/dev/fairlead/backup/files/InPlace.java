package dev.fairlead.backup.files;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where on this machine the files of a database may be replaced: what its applied manifest names. A
 * backup is not asked, for whoever can write to a store could name any folder in it.
 *
 * @param roots as they are named, and what they are behind links, for that is what is archived
 */
record InPlace(List<Path> roots) {

  static InPlace of(Collection<String> configured) {
    return new InPlace(
        configured.stream()
            .map(Path::of)
            .flatMap(root -> Stream.of(root, behindLinks(root)))
            .distinct()
            .toList());
  }

  private static Path behindLinks(Path root) {
    try {
      return root.toRealPath();
    } catch (IOException _) {
      return root; // lost, which may be why it is restored
    }
  }

  /** With those that a manifest names: all places beside which files of its backup may wait. */
  Set<Path> and(Manifest.Files files) {
    return Stream.concat(roots.stream(), files.roots().stream().flatMap(InPlace::path))
        .collect(Collectors.toSet());
  }

  /** Whoever can write to a store can have it name what is no path at all. */
  private static Stream<Path> path(String text) {
    try {
      return Stream.of(Path.of(text));
    } catch (InvalidPathException _) {
      return Stream.empty();
    }
  }

  /**
   * @throws BackupFailure when {@code archived} is none of them, or cannot be replaced in one step
   */
  void require(Path archived) {
    if (roots.stream().noneMatch(root -> isInside(archived, root))) {
      throw new BackupFailure(
          BackupFailureReason.MISSING_RIGHTS,
          "the backup has files of %s, which the manifest does not name; it names %s"
              .formatted(archived, roots),
          "name it in databases.<name>.backup.files and apply the manifest, or restore below a new"
              + " folder (fairlead backup restore-files --below)");
    }
    if (isMountPoint(archived)) {
      throw new BackupFailure(
          BackupFailureReason.MISSING_RIGHTS,
          "%s is a file system of its own, and can neither be renamed nor replaced"
              .formatted(archived),
          "restore below a new folder on it (fairlead backup restore-files --below), and move the"
              + " files into place");
    }
  }

  /** Not behind a link that whoever writes there may have made since. */
  private static boolean isInside(Path archived, Path root) {
    if (!archived.startsWith(root)) {
      return false;
    }
    for (Path path = archived.getParent();
        path != null && path.startsWith(root) && !path.equals(root);
        path = path.getParent()) {
      if (Files.isSymbolicLink(path)) {
        return false;
      }
    }
    return true;
  }

  /** A folder of the same disk that is mounted there is one as well. */
  private static boolean isMountPoint(Path place) {
    Path parent = place.getParent();
    try {
      return parent != null
          && Files.isDirectory(place)
          && (!Files.getFileStore(place).equals(Files.getFileStore(parent)) || isMounted(place));
    } catch (IOException _) {
      return false; // what is wrong with it shows when it is used
    }
  }

  private static boolean isMounted(Path place) throws IOException {
    Path mounts = Path.of("/proc/self/mountinfo");
    if (!Files.isReadable(mounts)) {
      return false;
    }
    String escaped = place.toString().replace("\\", "\\134").replace(" ", "\\040");
    try (Stream<String> lines = Files.lines(mounts)) {
      return lines.anyMatch(line -> line.split(" ", 6)[4].equals(escaped));
    }
  }
}
