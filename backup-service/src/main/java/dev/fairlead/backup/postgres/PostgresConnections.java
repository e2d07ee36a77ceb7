package dev.fairlead.backup.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.Executor;

/** Connections to the databases of others: short-lived, never pooled, named for their purpose. */
public final class PostgresConnections {

  /** A server that hangs accepts connections and says nothing. */
  private static final Duration LOGIN = Duration.ofSeconds(30);

  /** No single statement takes so long; whoever holds a connection for ever holds up the others. */
  private static final Duration LONGEST_STATEMENT = Duration.ofHours(24);

  private static final Executor SAME_THREAD = Runnable::run;

  private PostgresConnections() {}

  /**
   * @param purpose shown as the application's name in {@code pg_stat_activity}
   * @throws dev.fairlead.backup.BackupFailure classified, when there is no way in
   */
  public static Connection open(DatabaseAccess access, String purpose) {
    return open(access, purpose, LONGEST_STATEMENT);
  }

  /**
   * @param silence so long an answer is waited for
   */
  public static Connection open(DatabaseAccess access, String purpose, Duration silence) {
    Duration login = silence.compareTo(LOGIN) < 0 ? silence : LOGIN;
    Properties properties = access.jdbcProperties(purpose);
    properties.setProperty("socketTimeout", Long.toString(Math.max(1, login.toSeconds())));
    try {
      return prepared(DriverManager.getConnection(access.jdbcUrl(), properties), silence);
    } catch (SQLException e) {
      throw PostgresFailures.classify(access, e);
    }
  }

  private static Connection prepared(Connection connection, Duration silence) throws SQLException {
    try {
      SessionTimeouts.switchOff(connection);
      waitFor(connection, silence);
      return connection;
    } catch (SQLException e) {
      connection.abort(SAME_THREAD);
      throw e;
    }
  }

  /** From now on an answer is waited for so long. */
  public static void waitFor(Connection connection, Duration silence) throws SQLException {
    long millis = Math.clamp(silence.toMillis(), 1, Integer.MAX_VALUE);
    connection.setNetworkTimeout(SAME_THREAD, (int) millis);
  }
}
