package dev.fairlead.backup.drill;

import dev.fairlead.backup.folder.OwnedFolder;
import dev.fairlead.backup.folder.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The place of one throwaway cluster. It is locked while its drill lives; what is there and not
 * locked belongs to nobody, server process included. The cluster itself may lie elsewhere, for a
 * path that its user reaches and that is short enough for a socket; {@code moved-to} says where.
 */
final class ClusterFolder implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ClusterFolder.class);
  private static final String MOVED_TO = "moved-to";
  private static final Path SHORT_AND_REACHABLE = Path.of("/var/tmp");

  /** A socket's path has at most 107 bytes; its name and the folders above it take some. */
  private static final int LONGEST_PATH = 80;

  private final OwnedFolder owned;
  private final Path folder;

  ClusterFolder(OwnedFolder owned) {
    this.owned = owned;
    this.folder = owned.path();
  }

  /**
   * Where the cluster goes: a new folder that only {@code user} may enter.
   *
   * @param reachable whether the user of the server gets into a folder
   */
  Path newHome(Reach reachable) throws IOException {
    Path inside = folder.resolve("home");
    Path home =
        reachable.of(folder) && inside.toAbsolutePath().toString().length() <= LONGEST_PATH
            ? inside
            : SHORT_AND_REACHABLE.resolve("fairlead-drill-" + UUID.randomUUID());
    Files.writeString(folder.resolve(MOVED_TO), home.toAbsolutePath().toString());
    Files.createDirectory(
        home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return home.toAbsolutePath();
  }

  /** Whether the user of the server gets to what is inside a folder. */
  @FunctionalInterface
  interface Reach {

    boolean of(Path folder) throws IOException;
  }

  /** Ends the server, if one still runs here, and leaves nothing behind. */
  @Override
  public void close() {
    try {
      Path note = folder.resolve(MOVED_TO);
      if (Files.exists(note)) {
        Path home = Path.of(Files.readString(note));
        endServer(home);
        new Tree(home).delete();
      }
      owned.remove();
    } catch (IOException e) {
      log.warn("folder={} next=swept-later cannot be removed: {}", folder, e.toString());
    }
  }

  private static void endServer(Path home) throws IOException {
    Path file = home.resolve("cluster/postmaster.pid");
    Optional<ProcessHandle> server = Optional.empty();
    try {
      long pid = Long.parseLong(Files.readAllLines(file).getFirst().strip());
      server = ProcessHandle.of(pid).filter(process -> isOf(process, home));
    } catch (NoSuchFileException | NumberFormatException _) {
      // it never ran, or has ended by itself
    }
    if (server.isPresent()) {
      ServerEnd.of(server.get());
    }
  }

  /** The number may meanwhile belong to another process. */
  private static boolean isOf(ProcessHandle process, Path home) {
    return process.info().commandLine().filter(line -> line.contains(home.toString())).isPresent();
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
