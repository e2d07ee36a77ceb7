package dev.fairlead.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files of a PostgreSQL server: made once, whole or not at all, where the user that the server
 * runs as can reach them.
 *
 * @param folder the cluster itself
 * @param password of the superuser
 */
record PostgresCluster(Path folder, String password) {

  private static final Duration INITDB_LIMIT = Duration.ofSeconds(60);
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /** The cluster of {@code data}, made if there is none. */
  static PostgresCluster in(Path data, PostgresBinaries binaries, Lifetime lifetime)
      throws IOException {
    Files.createDirectories(data);
    Path home = reachableHome(data, lifetime);
    Path cluster = home.resolve("cluster");
    Path passwordFile = data.resolve("password");
    if (!Files.exists(cluster.resolve("PG_VERSION"))) {
      create(binaries, home, cluster, passwordFile);
    }
    return new PostgresCluster(cluster, Files.readString(passwordFile).strip());
  }

  @Override
  public String toString() {
    return "PostgresCluster[" + folder + "]";
  }

  /**
   * The folder itself, or one beside it in /var/tmp when the user that PostgreSQL drops to could
   * not get into it (a clone in /root, a JUnit folder); {@code moved-to} then names it.
   */
  private static Path reachableHome(Path data, Lifetime lifetime) throws IOException {
    Path note = data.resolve("moved-to");
    if (Files.exists(note)) {
      Path moved = Path.of(Files.readString(note).strip());
      if (Files.isDirectory(moved)) {
        return moved;
      }
    }
    if (Unprivileged.canReach(data)) {
      return data;
    }
    Path parent =
        Stream.of("/var/tmp", "/tmp")
            .map(Path::of)
            .filter(Unprivileged::canReach)
            .findFirst()
            .orElseThrow(
                () ->
                    new NeighbourFailed(
                        "user %s cannot get into %s, nor into /var/tmp or /tmp"
                            .formatted(Unprivileged.user().orElse("?"), data)));
    Path moved = Files.createTempDirectory(parent, "fairlead-postgres-");
    Files.setPosixFilePermissions(moved, PosixFilePermissions.fromString("rwx--x--x"));
    Files.writeString(note, moved.toString());
    if (lifetime == Lifetime.OF_THIS_JVM) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(moved), "delete " + moved));
    }
    return moved;
  }

  private static void create(PostgresBinaries binaries, Path home, Path cluster, Path passwordFile)
      throws IOException {
    // Made aside and renamed: an interrupted initdb must not look like a cluster.
    Path unfinished = home.resolve("cluster.new");
    delete(unfinished);
    Files.deleteIfExists(passwordFile);
    Files.createFile(passwordFile, OWNER_ONLY);
    Files.writeString(passwordFile, randomPassword());
    Files.createDirectory(unfinished);
    Unprivileged.handOver(unfinished);
    Path forInitdb = Files.createTempFile(home, "initdb-", ".password", OWNER_ONLY);
    try {
      Files.writeString(forInitdb, Files.readString(passwordFile));
      Unprivileged.handOver(forInitdb);
      List<String> initdb =
          List.of(
              binaries.program("initdb").toString(),
              "--pgdata=" + unfinished,
              "--username=" + PostgresServer.USER,
              "--pwfile=" + forInitdb,
              "--auth=scram-sha-256",
              "--encoding=UTF8",
              "--locale=C",
              "--no-sync",
              "--no-instructions");
      Program.run(Unprivileged.command(initdb), INITDB_LIMIT);
      Files.move(unfinished, cluster);
    } finally {
      Files.deleteIfExists(forInitdb);
    }
  }

  private static String randomPassword() {
    byte[] bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes).toLowerCase(Locale.ROOT);
  }

  /** Deletes what a cluster left, data of other users included; quiet when there is nothing. */
  private static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(PostgresCluster::deleteOne);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + folder, e);
    }
  }

  private static void deleteOne(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + file, e);
    }
  }
}
