package dev.fairlead.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where a server's cluster lies: in the data folder it was given, or in one of its own when the
 * user that PostgreSQL drops to could not get into that (a clone in /root, a JUnit folder). A file
 * in the data folder then names it.
 */
final class ClusterFolder {

  private static final String NOTE = "moved-to";

  /** Systems delete old files in these. */
  private static final List<Path> TEMPORARY = List.of(Path.of("/var/tmp"), Path.of("/tmp"));

  private static final Path LASTING = Path.of("/var/lib");

  private ClusterFolder() {}

  /**
   * @throws NeighbourFailed when the folder that was chosen once is gone: a new one would be an
   *     empty server in place of the databases
   */
  static Path of(Path data, Lifetime lifetime) throws IOException {
    Path note = data.resolve(NOTE);
    if (Files.exists(note)) {
      return named(note);
    }
    return Unprivileged.canReach(data) ? data : elsewhere(data, note, lifetime);
  }

  private static Path named(Path note) throws IOException {
    String name = Files.readString(note).strip();
    if (name.isEmpty() || !Files.isDirectory(Path.of(name))) {
      throw new NeighbourFailed(
          "the databases are in '%s', as %s says, and that folder is not there; put it back, or, if they may be lost, delete %s"
              .formatted(name, note, note.getParent()));
    }
    return Path.of(name);
  }

  private static Path elsewhere(Path data, Path note, Lifetime lifetime) throws IOException {
    Path moved = make(data);
    Files.setPosixFilePermissions(moved, PosixFilePermissions.fromString("rwx--x--x"));
    Files.writeString(note, moved.toString());
    if (lifetime == Lifetime.OF_THIS_JVM) {
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> PostgresCluster.delete(moved), "delete " + moved));
    }
    return moved;
  }

  private static Path make(Path data) throws IOException {
    for (Path parent : candidates(data)) {
      if (Files.isWritable(parent) && Unprivileged.canReach(parent)) {
        return Files.createTempDirectory(parent, "fairlead-postgres-");
      }
    }
    throw new NeighbourFailed(
        "user %s cannot get into %s, nor into any of %s; give it a folder that it can get into"
            .formatted(Unprivileged.user().orElse("?"), data, candidates(data)));
  }

  /** What belongs to a temporary folder may be as short-lived as that. */
  private static List<Path> candidates(Path data) throws IOException {
    Path real = data.toRealPath();
    return TEMPORARY.stream().anyMatch(real::startsWith)
        ? TEMPORARY
        : Stream.concat(Stream.of(LASTING), TEMPORARY.stream()).toList();
  }
}
