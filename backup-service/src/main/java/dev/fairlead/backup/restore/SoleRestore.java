package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.postgres.PostgresConnections;
import dev.fairlead.backup.postgres.PostgresFailures;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.RestoreId;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only restore into a name, where no catalogue keeps account of restores: its server does. What
 * one left behind that was killed has the name that the next one fills, which drops it first.
 */
public final class SoleRestore implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SoleRestore.class);
  private static final String SESSION = "fairlead-backup recovery";
  private static final Executor SAME_THREAD = Runnable::run;

  private static final String LOCK = "select pg_try_advisory_lock(hashtextextended(?, 0))";

  /**
   * Of those who hold the lock, and of those who fill the database: its killed program may have
   * left them at work. Others, such as monitoring, are put out when it is dropped.
   */
  private static final String SESSIONS =
      """
      select pid from pg_locks l join pg_database d on d.oid = l.database
       where locktype = 'advisory' and granted and d.datname = current_database()
         and (classid::bigint << 32) | objid::bigint = hashtextextended(?, 0)
         and pid <> pg_backend_pid()
      union
      select pid from pg_stat_activity
       where datname = ? and (application_name like 'fairlead-backup%' or application_name = 'pg_restore')
      """;

  private final DatabaseAccess maintenance;
  private final String temporary;
  private final Connection connection;
  private final Thread interrupted;

  private SoleRestore(DatabaseAccess maintenance, String temporary, Connection connection) {
    this.maintenance = maintenance;
    this.temporary = temporary;
    this.connection = connection;
    this.interrupted = new Thread(this::dropQuietly, "interrupted-restore");
  }

  /**
   * By which every restore into this name is known, so that each finds what another left.
   *
   * @param target the name of a database
   */
  public static RestoreId into(String target) {
    return new RestoreId(
        UUID.nameUUIDFromBytes(("restore into " + target).getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * From now on, until it is closed, there is no other. Where the process is ended meanwhile, what
   * was filled is dropped.
   *
   * @param order by an id {@link #into} its target
   * @throws BackupFailure when another one is under way, or still fills its database
   */
  public static SoleRestore begin(RestoreOrder order) {
    DatabaseAccess maintenance = order.access().toDatabase("postgres");
    Connection connection = PostgresConnections.open(maintenance, SESSION);
    try {
      requireAlone(connection, order);
      SoleRestore sole = new SoleRestore(maintenance, order.temporaryName(), connection);
      Runtime.getRuntime().addShutdownHook(sole.interrupted);
      return sole;
    } catch (SQLException e) {
      end(connection);
      throw PostgresFailures.classifyOfRestore(maintenance, e);
    } catch (BackupFailure e) {
      end(connection);
      throw e;
    }
  }

  private static void requireAlone(Connection connection, RestoreOrder order) throws SQLException {
    String temporary = order.temporaryName();
    boolean locked;
    try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
      statement.setString(1, temporary);
      try (ResultSet row = statement.executeQuery()) {
        locked = row.next() && row.getBoolean(1);
      }
    }
    List<String> sessions = sessions(connection, temporary);
    if (!locked || !sessions.isEmpty()) {
      throw new BackupFailure(
          BackupFailureReason.DUMP_FAILED,
          "another restore into %s is under way on this server, in %s (sessions %s)"
              .formatted(order.target(), temporary, String.join(", ", sessions)),
          "wait until it is done; if its machine is gone, end each session: select pg_terminate_backend(…)");
    }
  }

  private static List<String> sessions(Connection connection, String temporary)
      throws SQLException {
    List<String> found = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(SESSIONS)) {
      statement.setString(1, temporary);
      statement.setString(2, temporary);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          found.add(row.getString(1));
        }
      }
    }
    return found;
  }

  private void dropQuietly() {
    try (Connection own = PostgresConnections.open(maintenance, SESSION)) {
      new TemporaryDatabase(own, temporary).drop();
    } catch (SQLException | BackupFailure e) {
      log.warn("database={} next=dropped-by-the-next-restore {}", temporary, e.getMessage());
    }
  }

  private static void end(Connection connection) {
    try {
      connection.abort(SAME_THREAD);
    } catch (SQLException _) {
      // it is gone all the same
    }
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(interrupted);
    } catch (IllegalStateException _) {
      return; // the process ends, and the hook has its turn
    }
    end(connection);
  }
}
