package dev.fairlead.backup.drill;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.postgres.PostgresConnections;
import dev.fairlead.backup.postgres.PostgresPrograms;
import dev.fairlead.backup.postgres.ServerUser;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server of the machine's own programs, for one drill: reachable by a socket that only
 * its user may enter, modest, at low priority, and careless with its data, which nobody will miss.
 */
final class ThrowawayCluster implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ThrowawayCluster.class);
  private static final String SUPERUSER = "fairlead_drill";
  private static final int PORT = 5432;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);
  private static final int LAST_WORDS = 600;

  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("listen_addresses", ""),
          Map.entry("port", Integer.toString(PORT)),
          Map.entry("max_connections", "10"),
          Map.entry("shared_buffers", "64MB"),
          Map.entry("dynamic_shared_memory_type", "mmap"),
          Map.entry("maintenance_work_mem", "64MB"),
          Map.entry("max_parallel_maintenance_workers", "0"),
          Map.entry("max_wal_size", "512MB"),
          Map.entry("checkpoint_timeout", "1h"),
          Map.entry("wal_level", "minimal"),
          Map.entry("max_wal_senders", "0"),
          Map.entry("fsync", "off"),
          Map.entry("full_page_writes", "off"),
          Map.entry("synchronous_commit", "off"),
          Map.entry("autovacuum", "off"),
          Map.entry("jit", "off"),
          Map.entry("logging_collector", "off"),
          Map.entry("log_destination", "stderr"),
          Map.entry("lc_messages", "C"));

  private final Process server;
  private final DatabaseAccess access;
  private final String version;

  private ThrowawayCluster(Process server, DatabaseAccess access, String version) {
    this.server = server;
    this.access = access;
    this.version = version;
  }

  /**
   * @throws BackupFailure when this machine does not let a server run
   */
  static ThrowawayCluster start(PostgresPrograms programs, ClusterFolder folder) {
    try {
      ServerUser user = ServerUser.current();
      Path home = folder.newHome(user::reaches);
      user.handOver(home);
      File output = home.resolve("server.log").toFile();
      initialise(programs, user, home, output);
      Process server = launch(programs, user, home, output);
      DatabaseAccess access =
          new DatabaseAccess(home.toString(), PORT, "postgres", SUPERUSER, null);
      ThrowawayCluster cluster = new ThrowawayCluster(server, access, programs.versionText());
      cluster.awaitReady(output.toPath());
      return cluster;
    } catch (IOException | IllegalStateException e) {
      throw notPossible(String.valueOf(e.getMessage()), e);
    }
  }

  private static void initialise(PostgresPrograms programs, ServerUser user, Path home, File output)
      throws IOException {
    List<String> initdb =
        List.of(
            programs.program("initdb"),
            "--pgdata=" + home.resolve("cluster"),
            "--username=" + SUPERUSER,
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "--no-instructions");
    Process process = process(user.command(initdb), output).start();
    try {
      boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (!ended || process.exitValue() != 0) {
        process.destroyForcibly();
        throw notPossible("initdb failed: " + tail(output.toPath()), null);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw interrupted(e);
    }
  }

  private static Process launch(PostgresPrograms programs, ServerUser user, Path home, File output)
      throws IOException {
    List<String> postgres =
        new ArrayList<>(List.of("nice", "-n", "10", programs.program("postgres"), "-D"));
    postgres.add(home.resolve("cluster").toString());
    postgres.addAll(List.of("-c", "unix_socket_directories=" + home));
    SETTINGS.forEach((name, value) -> postgres.addAll(List.of("-c", name + "=" + value)));
    return process(user.command(postgres), output).start();
  }

  private static ProcessBuilder process(List<String> command, File output) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(new File("/"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output));
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "/usr/bin:/bin");
    builder.environment().clear();
    builder.environment().putAll(Map.of("PATH", path, "LC_ALL", "C"));
    return builder;
  }

  private void awaitReady(Path output) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try (Connection connection = PostgresConnections.open(access, "fairlead-backup drill")) {
        if (connection.isValid(1)) {
          return;
        }
      } catch (BackupFailure | SQLException _) {
        // not yet
      }
      if (!server.isAlive() || System.nanoTime() > deadline) {
        close();
        throw notPossible("the server does not start: " + tail(output), null);
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }

  private static BackupFailure notPossible(String detail, @Nullable Exception cause) {
    return new BackupFailure(
        BackupFailureReason.TOOL_MISMATCH,
        "no throwaway cluster can be started: " + detail,
        "see that PostgreSQL's server programs run here, as the user of backup-service or as postgres",
        cause);
  }

  private static BackupFailure interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new BackupFailure(
        BackupFailureReason.INTERRUPTED,
        "interrupted while a cluster was made",
        "nothing: the drill is started again",
        cause);
  }

  private static String tail(Path output) {
    try {
      String text = Files.readString(output, StandardCharsets.UTF_8).strip();
      return text.substring(Math.max(0, text.length() - LAST_WORDS));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** As its superuser, to the database {@code postgres}. */
  DatabaseAccess access() {
    return access;
  }

  /** As {@code pg_dump --version} prints it: the server is of the same release. */
  String version() {
    return version;
  }

  /** At once; whatever runs in it fails. */
  @Override
  public void close() {
    try {
      ServerEnd.of(server.toHandle());
    } catch (IOException e) {
      log.warn("{} next=swept-later", e.getMessage());
    }
  }
}
