package dev.fairlead.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A PostgreSQL server from the installed binaries, on loopback only, with passwords (scram).
 * Started again on the same data folder it goes on with what it had, after SIGKILL too. Run by root
 * it drops to user postgres or nobody.
 */
public final class PostgresServer implements AutoCloseable {

  /** What a committed transaction survives. */
  public enum Durability {
    /** The death of the server process, not of the machine: for tests. */
    PROCESS,
    /** The death of the machine: commits wait for the disk. */
    MACHINE
  }

  /** The superuser of every server started here. */
  public static final String USER = "fairlead";

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final ProcessHandle process;
  private final int port;
  private final String password;

  private PostgresServer(ProcessHandle process, int port, String password) {
    this.process = process;
    this.port = port;
    this.password = password;
  }

  /** Starts a server for tests: it ends with this JVM at the latest. */
  public static PostgresServer start(Path data, int port) {
    return start(data, port, Durability.PROCESS, Lifetime.OF_THIS_JVM, started -> {});
  }

  /**
   * Creates the cluster when {@code data} has none, starts the server and returns when it accepts
   * connections.
   *
   * @param onStart gets the process as soon as there is one, before it accepts connections
   * @throws NeighbourFailed when the binaries are missing or the server does not start; the message
   *     says what to do
   */
  public static PostgresServer start(
      Path data,
      int port,
      Durability durability,
      Lifetime lifetime,
      Consumer<ProcessHandle> onStart) {
    PostgresBinaries binaries = PostgresBinaries.required();
    Ports.requireFree(port, "PostgreSQL");
    try {
      Files.createDirectories(data);
      Path home = reachableHome(data, lifetime);
      Path cluster = home.resolve("cluster");
      Path passwordFile = data.resolve("password");
      if (!Files.exists(cluster.resolve("PG_VERSION"))) {
        createCluster(binaries, home, cluster, passwordFile);
      }
      String password = Files.readString(passwordFile).strip();
      Process process = launch(binaries, data, cluster, port, durability, lifetime);
      onStart.accept(process.toHandle());
      return new PostgresServer(process.toHandle(), port, password)
          .ready(data.resolve("server.log"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare " + data, e);
    }
  }

  /**
   * The server that an earlier JVM started on that folder and port.
   *
   * @throws NeighbourFailed when the folder has no cluster
   */
  public static PostgresServer running(Path data, int port, ProcessHandle process) {
    try {
      String password = Files.readString(data.resolve("password")).strip();
      return new PostgresServer(process, port, password);
    } catch (IOException e) {
      throw new NeighbourFailed("there is no PostgreSQL cluster in " + data, e);
    }
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

  private static void createCluster(
      PostgresBinaries binaries, Path home, Path cluster, Path passwordFile) throws IOException {
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
              "--username=" + USER,
              "--pwfile=" + forInitdb,
              "--auth=scram-sha-256",
              "--encoding=UTF8",
              "--locale=C",
              "--no-sync",
              "--no-instructions");
      Program.run(Unprivileged.command(initdb), START_LIMIT);
      Files.move(unfinished, cluster);
    } finally {
      Files.deleteIfExists(forInitdb);
    }
  }

  private static Process launch(
      PostgresBinaries binaries,
      Path data,
      Path cluster,
      int port,
      Durability durability,
      Lifetime lifetime)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(binaries.program("postgres").toString(), "-D", cluster.toString()));
    settings(port, durability)
        .forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
    Path log = data.resolve("server.log");
    return Program.start(
        Unprivileged.command(command), Map.of(), cluster.toRealPath().getRoot(), log, lifetime);
  }

  private static Map<String, String> settings(int port, Durability durability) {
    String durable = durability == Durability.MACHINE ? "on" : "off";
    return Map.ofEntries(
        Map.entry("port", Integer.toString(port)),
        Map.entry("listen_addresses", "127.0.0.1"),
        Map.entry("unix_socket_directories", ""),
        Map.entry("max_connections", "200"),
        Map.entry("shared_buffers", "32MB"),
        Map.entry("max_wal_size", "256MB"),
        Map.entry("jit", "off"),
        Map.entry("lc_messages", "C"),
        Map.entry("timezone", "UTC"),
        Map.entry("log_timezone", "UTC"),
        Map.entry("fsync", durable),
        Map.entry("full_page_writes", durable));
  }

  private PostgresServer ready(Path log) {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (true) {
      try (Connection connection = connect("postgres")) {
        if (connection.isValid(1)) {
          return this;
        }
      } catch (SQLException e) {
        failIfEnded(log);
        if (System.nanoTime() > deadline) {
          kill();
          throw new NeighbourFailed(
              "PostgreSQL was not ready on port %d after %d s: %s; see %s"
                  .formatted(port, START_LIMIT.toSeconds(), e.getMessage(), log),
              e);
        }
      }
      Pause.briefly();
    }
  }

  private void failIfEnded(Path log) {
    if (!process.isAlive()) {
      throw new NeighbourFailed(
          "PostgreSQL ended while starting on port %d; its log %s ends with:%n%s"
              .formatted(port, log, Program.tail(log, 8)));
    }
  }

  public int port() {
    return port;
  }

  public long pid() {
    return process.pid();
  }

  public String user() {
    return USER;
  }

  public String password() {
    return password;
  }

  public String jdbcUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database);
  }

  /** Opens a connection as the superuser. */
  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(jdbcUrl(database), USER, password);
  }

  /** Creates the database unless it exists, owned by the superuser; returns its JDBC address. */
  public String createDatabase(String name) {
    return createDatabase(name, USER);
  }

  /** Creates the database unless it exists; returns its JDBC address. */
  public String createDatabase(String name, String owner) {
    if (!exists("select 1 from pg_database where datname = '%s'", name)) {
      execute("create database %s owner %s".formatted(quoted(name), quoted(owner)));
    }
    return jdbcUrl(name);
  }

  /** Creates a role that may log in, or gives the existing one this password. */
  public void createRole(String name, String rolePassword) {
    String verb = exists("select 1 from pg_roles where rolname = '%s'", name) ? "alter" : "create";
    execute(
        "%s role %s login password '%s'"
            .formatted(verb, quoted(name), rolePassword.replace("'", "''")));
  }

  private boolean exists(String query, String name) {
    try (Connection connection = connect("postgres");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query.formatted(name.replace("'", "''")))) {
      return rows.next();
    } catch (SQLException e) {
      throw new NeighbourFailed("cannot ask PostgreSQL on port " + port + ": " + e.getMessage(), e);
    }
  }

  /** Runs one statement as the superuser, outside any transaction. */
  public void execute(String sql) {
    try (Connection connection = connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new NeighbourFailed("PostgreSQL on port " + port + " refused: " + e.getMessage(), e);
    }
  }

  private static String quoted(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  /** SIGKILL of the server and all its sessions, as when the machine's memory ran out. */
  public void kill() {
    Program.endWithDescendants(process);
  }

  /** PostgreSQL's fast shutdown (SIGINT): sessions are ended, data is flushed. */
  public void stop() {
    if (process.isAlive()) {
      Program.run(
          List.of("/bin/sh", "-c", "kill -INT " + process.pid() + " || true"),
          Duration.ofSeconds(5));
      if (!Program.awaitEnd(process, Duration.ofSeconds(20))) {
        kill();
      }
    }
  }

  @Override
  public void close() {
    stop();
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
      files.sorted(Comparator.reverseOrder()).forEach(PostgresServer::deleteOne);
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
