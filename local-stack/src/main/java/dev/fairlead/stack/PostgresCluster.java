package dev.fairlead.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

  /** What the server says; in the folder it was given, wherever the cluster is. */
  static final String LOG = "server.log";

  private static final Duration INITDB_LIMIT = Duration.ofSeconds(60);
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /** The cluster of {@code data}, made if there is none. */
  static PostgresCluster in(Path data, PostgresBinaries binaries, Lifetime lifetime)
      throws IOException {
    Files.createDirectories(data);
    Path home = ClusterFolder.of(data, lifetime);
    Path cluster = home.resolve("cluster");
    Path passwordFile = data.resolve("password");
    if (!Files.exists(cluster.resolve("PG_VERSION"))) {
      requireNew(data, cluster);
      create(binaries, home, cluster, passwordFile);
    }
    return new PostgresCluster(cluster, passwordIn(passwordFile));
  }

  /** A server that has run has left its log: an empty cluster must not take its place. */
  private static void requireNew(Path data, Path cluster) {
    if (Files.exists(data.resolve(LOG))) {
      throw new NeighbourFailed(
          "the databases in %s are gone (no file PG_VERSION), though a server has run there; put them back, or, if they may be lost, delete %s"
              .formatted(cluster, data));
    }
  }

  private static String passwordIn(Path file) throws IOException {
    String password = Files.readString(file).strip();
    if (password.isEmpty()) {
      throw new NeighbourFailed(
          "%s is empty; put the password of user %s back into it"
              .formatted(file, PostgresServer.USER));
    }
    return password;
  }

  @Override
  public String toString() {
    return "PostgresCluster[" + folder + "]";
  }

  private static void create(PostgresBinaries binaries, Path home, Path cluster, Path passwordFile)
      throws IOException {
    // Made aside and renamed: an interrupted initdb must not look like a cluster.
    Path unfinished = home.resolve("cluster.new");
    delete(unfinished);
    Files.deleteIfExists(passwordFile);
    Files.createFile(passwordFile, OWNER_ONLY);
    Files.writeString(passwordFile, randomPassword(), StandardOpenOption.SYNC);
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
  static void delete(Path folder) {
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
