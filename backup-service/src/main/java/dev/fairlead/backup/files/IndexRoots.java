package dev.fairlead.backup.files;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an index says was archived as a whole: each folder or file that the lines before it do not
 * lie above.
 */
final class IndexRoots {

  private final List<Path> named;
  private final List<Path> found = new ArrayList<>();
  private @Nullable Path current;

  /**
   * @param named what the manifest says was to be archived
   */
  IndexRoots(List<String> named) {
    this.named = named.stream().map(PathText::path).toList();
  }

  /** Whether a root begins with this line. */
  static boolean begins(Path path, @Nullable Path root) {
    return root == null || path.equals(root) || !path.startsWith(root);
  }

  /**
   * To be told of every line, in their order.
   *
   * @throws BackupFailure when there are more roots than the manifest names
   */
  void see(Path path) {
    if (begins(path, current)) {
      current = path;
      found.add(path);
      requireNamed(path);
    }
  }

  /**
   * One that was a link is archived under its real name, which the manifest does not have; so there
   * may be as many others as there are names without a root.
   */
  private void requireNamed(Path last) {
    Set<Path> others = new HashSet<>(found);
    named.forEach(others::remove);
    long unseen = named.stream().filter(root -> !found.contains(root)).count();
    if (found.size() > named.size() || others.size() > unseen) {
      throw new BackupFailure(
          BackupFailureReason.CHECKSUM_MISMATCH,
          "the index has files of %s; its manifest names %s".formatted(last, named),
          "find out who changed it; restore the files of another backup");
    }
  }

  /**
   * Those that do not lie in another: none of their places is inside of another's. Older backups
   * have what lies in another twice.
   */
  Set<Path> outermost() {
    return found.stream()
        .filter(
            root ->
                found.stream().noneMatch(other -> !other.equals(root) && root.startsWith(other)))
        .collect(Collectors.toUnmodifiableSet());
  }
}
