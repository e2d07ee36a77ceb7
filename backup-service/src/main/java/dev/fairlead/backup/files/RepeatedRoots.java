package dev.fairlead.backup.files;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an index has a second time. Earlier versions archived a root that lies in another once with
 * that one and once by itself.
 */
final class RepeatedRoots {

  private final Set<Path> named;
  private final Set<Path> seen = new HashSet<>();
  private @Nullable Path repeated;

  /**
   * @param named what the manifest says was to be archived
   */
  RepeatedRoots(List<String> named) {
    this.named = named.stream().map(Path::of).collect(Collectors.toUnmodifiableSet());
  }

  /** To be told of every line with which a root begins. */
  void begin() {
    seen.clear();
    repeated = null;
  }

  /**
   * To be told of every other line, in their order.
   *
   * @return whether this root has had it before
   */
  boolean has(Path path) {
    if (repeated != null && path.startsWith(repeated)) {
      return true;
    }
    repeated = named.contains(path) && !seen.add(path) ? path : null;
    return repeated != null;
  }
}
