package dev.fairlead.backup.folder;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder that one process owns while it lives, by a lock on a file in it. What has no owner was
 * left by one that was killed, and may be claimed to be removed.
 *
 * <p>POSIX releases a process's lock when that process closes the file, through whichever channel.
 * So a lock file of our own is never opened again: {@link #OURS} knows them without.
 */
public final class OwnedFolder {

  private static final String LOCK = "lock";
  private static final int TRIES = 10;
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();
  private static final Logger log = LoggerFactory.getLogger(OwnedFolder.class);

  private final Path path;
  private final Path real;
  private final FileChannel lock;

  private OwnedFolder(Path path, Path real, FileChannel lock) {
    this.path = path;
    this.real = real;
    this.lock = lock;
  }

  /** Makes it and keeps it; empty when somebody else has it now. */
  public static Optional<OwnedFolder> claim(Path path) throws IOException {
    Files.createDirectories(path);
    return own(path);
  }

  private static Optional<OwnedFolder> own(Path path) throws IOException {
    Path real = path.toRealPath();
    if (!OURS.add(real)) {
      return Optional.empty();
    }
    Optional<FileChannel> lock = Optional.empty();
    try {
      lock = locked(real.resolve(LOCK));
    } finally {
      if (lock.isEmpty()) {
        OURS.remove(real);
      }
    }
    return lock.map(channel -> new OwnedFolder(path, real, channel));
  }

  private static Optional<FileChannel> locked(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    try {
      // One that was swept between opening and locking is the lock of nothing.
      if (channel.tryLock() != null && Files.exists(file)) {
        return Optional.of(channel);
      }
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    channel.close();
    return Optional.empty();
  }

  /**
   * A new one that only our user may enter.
   *
   * @param prefix of its name
   */
  public static OwnedFolder fresh(Path root, String prefix) throws IOException {
    for (int count = 0; count < TRIES; count++) {
      Optional<OwnedFolder> made = beforeOthers(Files.createTempDirectory(root, prefix));
      if (made.isPresent()) {
        return made.get();
      }
    }
    throw new IOException("no folder in %s can be kept: others sweep it away".formatted(root));
  }

  /** Whoever sweeps may come before its lock. */
  private static Optional<OwnedFolder> beforeOthers(Path made) throws IOException {
    try {
      return own(made);
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  /**
   * Claims those in {@code root} that nobody owns. Links, and what other users of this machine have
   * there, are left alone, and so is what cannot be claimed.
   *
   * @param prefix of their names; other folders are left alone
   */
  public static List<OwnedFolder> abandoned(Path root, String prefix) throws IOException {
    List<OwnedFolder> found = new ArrayList<>();
    try (Stream<Path> children = Files.list(root)) {
      for (Path child : children.toList()) {
        if (String.valueOf(child.getFileName()).startsWith(prefix)) {
          claimIfOurs(child).ifPresent(found::add);
        }
      }
    }
    return found;
  }

  private static Optional<OwnedFolder> claimIfOurs(Path child) {
    try {
      return Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS) && isOurs(child)
          ? own(child)
          : Optional.empty();
    } catch (IOException e) {
      log.warn("folder={} next=left-alone cannot be claimed: {}", child, e.toString());
      return Optional.empty();
    }
  }

  /** What we make is ours, whether or not this system has a name for us. */
  private static boolean isOurs(Path child) throws IOException {
    Path made = Files.createTempFile("fairlead-owner-", "");
    try {
      return Files.getOwner(made).equals(Files.getOwner(child, LinkOption.NOFOLLOW_LINKS));
    } finally {
      Files.delete(made);
    }
  }

  public Path path() {
    return path;
  }

  /** With all that is in it; only then others may have it, also where something stays behind. */
  public void remove() throws IOException {
    try {
      new Tree(path).delete();
    } finally {
      release();
    }
  }

  /** What the death of this process does as well. */
  public void release() throws IOException {
    lock.close();
    OURS.remove(real);
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
