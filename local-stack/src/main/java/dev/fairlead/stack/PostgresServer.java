package dev.fairlead.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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

  private final ProcessHandle process;
  private final int port;
  private final String password;
  private @Nullable Connection administrator;

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
      PostgresCluster cluster = PostgresCluster.in(data, binaries, lifetime);
      String password = cluster.password();
      Process process = launch(binaries, data, cluster.folder(), port, durability, lifetime);
      onStart.accept(process.toHandle());
      return new PostgresServer(process.toHandle(), port, password)
          .ready(data.resolve(PostgresCluster.LOG));
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
    Path log = data.resolve(PostgresCluster.LOG);
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
        // Between two of them all databases are seen to, of which tests make hundreds.
        Map.entry("autovacuum_naptime", durability == Durability.MACHINE ? "1min" : "10min"),
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

  private synchronized boolean exists(String query, String name) {
    try (Statement statement = administrator().createStatement();
        ResultSet rows = statement.executeQuery(query.formatted(name.replace("'", "''")))) {
      return rows.next();
    } catch (SQLException e) {
      throw new NeighbourFailed("cannot ask PostgreSQL on port " + port + ": " + e.getMessage(), e);
    }
  }

  /** Runs one statement as the superuser, outside any transaction. */
  public synchronized void execute(String sql) {
    try (Statement statement = administrator().createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new NeighbourFailed("PostgreSQL on port " + port + " refused: " + e.getMessage(), e);
    }
  }

  /** Kept, since a session costs more than what most statements do in it. */
  private Connection administrator() throws SQLException {
    if (administrator == null || !administrator.isValid(1)) {
      administrator = connect("postgres");
    }
    return administrator;
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
}
