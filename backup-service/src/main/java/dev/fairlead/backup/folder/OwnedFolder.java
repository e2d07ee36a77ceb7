package dev.fairlead.backup.folder;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A folder that one process owns while it lives, by a lock on a file in it. What has no owner was
 * left by one that was killed, and may be claimed to be removed.
 */
public final class OwnedFolder {

  private static final String LOCK = "lock";

  private final Path path;
  private final FileChannel lock;

  private OwnedFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /** Makes it and keeps it; empty when somebody else has it now. */
  public static Optional<OwnedFolder> claim(Path path) throws IOException {
    Files.createDirectories(path);
    FileChannel channel =
        FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!isLocked(channel)) {
      channel.close();
      return Optional.empty();
    }
    return Optional.of(new OwnedFolder(path, channel));
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException _) {
      return false;
    }
  }

  /**
   * Claims those in {@code root} that nobody owns.
   *
   * @param prefix of their names; other folders are left alone
   */
  public static List<OwnedFolder> abandoned(Path root, String prefix) throws IOException {
    List<OwnedFolder> found = new ArrayList<>();
    try (Stream<Path> children = Files.list(root)) {
      for (Path child : children.filter(Files::isDirectory).toList()) {
        if (child.getFileName().toString().startsWith(prefix)) {
          claimIfOurs(child).ifPresent(found::add);
        }
      }
    }
    return found;
  }

  /** Another user of this machine sweeps after himself. */
  private static Optional<OwnedFolder> claimIfOurs(Path child) throws IOException {
    try {
      return claim(child);
    } catch (AccessDeniedException _) {
      return Optional.empty();
    }
  }

  public Path path() {
    return path;
  }

  /** With all that is in it; only then others may have it. */
  public void remove() throws IOException {
    new Tree(path).delete();
    lock.close();
  }

  /** What the death of this process does as well. */
  public void release() throws IOException {
    lock.close();
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
