package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.postgres.Identifiers;
import dev.fairlead.backup.postgres.PostgresConnections;
import dev.fairlead.backup.postgres.PostgresFailures;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a restored database the name of another, which is kept under a third: one transaction, so
 * at every moment, and after every crash, the name belongs to one of the two.
 *
 * <p>PostgreSQL renames a database only while nobody is connected. It locks newcomers out first and
 * then waits five seconds for the others to leave; meanwhile these are asked to go.
 */
final class DatabaseSwap {

  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final Duration EVERY = Duration.ofMillis(50);

  /** Whoever is asked to go is gone within a few of these, and so are our own who just left. */
  private static final Duration MOMENT = Duration.ofMillis(2);

  private static final int MOMENTS = 50;
  private static final Set<String> SOMEBODY_IS_IN = Set.of("55006", "55P03");

  /** The server's own processes in it have no user; it ends them itself. */
  private static final String SESSIONS =
      """
      select pid from pg_stat_activity
       where datname = ? and pid <> pg_backend_pid() and usesysid is not null
      """;

  private static final Logger log = LoggerFactory.getLogger(DatabaseSwap.class);

  private final DatabaseAccess maintenance;

  DatabaseSwap(DatabaseAccess maintenance) {
    this.maintenance = maintenance;
  }

  /**
   * Who gets whose name.
   *
   * @param temporary the one that gets {@code name}
   * @param replaced whether a database {@code name} exists, to be kept as {@code keptAs}
   * @param first what else becomes true in the same moment
   * @param ifPossible what becomes true then unless the server refuses it
   */
  record Names(
      String temporary,
      String name,
      boolean replaced,
      String keptAs,
      List<String> first,
      @Nullable String ifPossible) {}

  /** What became of one attempt: at most one of both. */
  private record Renaming(@Nullable SQLException hindrance, @Nullable String refused) {}

  /** Returns the SQLSTATE with which the server refused what was not necessary, if it did. */
  Optional<String> swap(Connection connection, Names names) throws SQLException {
    String name = names.name();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    List<String> emptied =
        names.replaced() ? List.of(name, names.temporary()) : List.of(names.temporary());
    empty(connection, emptied);
    Thread usher = Thread.ofVirtual().name("usher").start(() -> endSessions(emptied));
    try {
      Renaming renaming = rename(connection, names);
      while (renaming.hindrance() != null) {
        if (System.nanoTime() > deadline) {
          throw occupied(name, renaming.hindrance());
        }
        renaming = rename(connection, names);
      }
      return Optional.ofNullable(renaming.refused());
    } finally {
      usher.interrupt();
    }
  }

  /** A renaming that finds somebody in looks again only after 100 ms: better that it finds none. */
  private static void empty(Connection connection, List<String> databases) {
    try {
      for (int i = 0; i < MOMENTS && endSessions(connection, databases); i++) {
        LockSupport.parkNanos(MOMENT.toNanos());
      }
    } catch (SQLException e) {
      log.debug("{} not emptied beforehand: {}", databases, e.getMessage());
    }
  }

  /** Whether there were any. */
  private static boolean endSessions(Connection connection, List<String> databases)
      throws SQLException {
    boolean any = false;
    for (String name : databases) {
      for (int session : sessions(connection, name)) {
        any = true;
        end(connection, session);
      }
    }
    return any;
  }

  private static List<Integer> sessions(Connection connection, String database)
      throws SQLException {
    List<Integer> found = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(SESSIONS)) {
      statement.setString(1, database);
      try (ResultSet session = statement.executeQuery()) {
        while (session.next()) {
          found.add(session.getInt(1));
        }
      }
    }
    return found;
  }

  /** One that we may not end, such as a superuser's, keeps none of the others in. */
  private static void end(Connection connection, int session) throws SQLException {
    try (PreparedStatement end = connection.prepareStatement("select pg_terminate_backend(?)")) {
      end.setInt(1, session);
      end.executeQuery().close();
    } catch (SQLException e) {
      if (PostgresFailures.isLoss(e)) {
        throw e;
      }
      log.debug("session {} stays: {}", session, e.getMessage());
    }
  }

  private static BackupFailure occupied(String name, SQLException hindrance) {
    return new BackupFailure(
        BackupFailureReason.TIMED_OUT,
        "the restored database could not become %s within %s, for sessions did not end: %s"
            .formatted(name, PATIENCE, hindrance.getMessage()),
        "let the role end them (GRANT pg_signal_backend), stop the application and restore again",
        hindrance);
  }

  private static Renaming rename(Connection connection, Names names) throws SQLException {
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      for (String each : names.first()) {
        statement.execute(each);
      }
      String refused = names.ifPossible() == null ? null : tried(connection, names.ifPossible());
      if (names.replaced()) {
        statement.execute(rename(names.name(), names.keptAs()));
      }
      statement.execute(rename(names.temporary(), names.name()));
      connection.commit();
      return new Renaming(null, refused);
    } catch (SQLException e) {
      connection.rollback();
      if (isSomebodyIn(e)) {
        return new Renaming(e, null);
      }
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  /** The SQLSTATE with which the server refuses it, if it does. */
  private static @Nullable String tried(Connection connection, String sql) throws SQLException {
    Savepoint before = connection.setSavepoint();
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
      return null;
    } catch (SQLException e) {
      if (PostgresFailures.isLoss(e) || isSomebodyIn(e)) {
        throw e;
      }
      connection.rollback(before);
      log.warn("not set: {}", e.getMessage());
      return e.getSQLState();
    }
  }

  private static boolean isSomebodyIn(SQLException e) {
    return SOMEBODY_IS_IN.contains(String.valueOf(e.getSQLState()));
  }

  private static String rename(String from, String to) {
    return "alter database %s rename to %s"
        .formatted(Identifiers.quoted(from), Identifiers.quoted(to));
  }

  private void endSessions(List<String> databases) {
    try (Connection connection =
        PostgresConnections.open(maintenance, "fairlead-backup restore usher")) {
      while (!Thread.interrupted()) {
        endSessions(connection, databases);
        Thread.sleep(EVERY);
      }
    } catch (InterruptedException _) {
      // swapped, or given up
    } catch (SQLException | BackupFailure e) {
      // Interrupted in mid-query it looks the same as a server that is away: the renaming tells.
      log.debug("usher of {} left: {}", databases, e.getMessage());
    }
  }
}
