package dev.fairlead.examples.orders;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** A handful of connections, opened when needed and thrown away when one of them misbehaves. */
final class Database {

  private static final int MOST_CONNECTIONS = 8;
  private static final int VALIDATION_SECONDS = 2;

  private final String url;
  private final Properties login = new Properties();
  private final Semaphore permits = new Semaphore(MOST_CONNECTIONS);
  private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();

  Database(String url, String user, String password) {
    this.url = url;
    login.setProperty("user", user);
    login.setProperty("password", password);
    login.setProperty("connectTimeout", "5");
    login.setProperty("socketTimeout", "15");
    login.setProperty("ApplicationName", "orders");
  }

  /** Work on one connection. */
  @FunctionalInterface
  interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  <T> T with(Work<T> work) throws SQLException {
    permits.acquireUninterruptibly();
    try {
      return on(connection(), work);
    } finally {
      permits.release();
    }
  }

  private <T> T on(Connection connection, Work<T> work) throws SQLException {
    try {
      T result = work.on(connection);
      idle.push(connection);
      return result;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private Connection connection() throws SQLException {
    @Nullable Connection waiting;
    while ((waiting = idle.poll()) != null) {
      if (waiting.isValid(VALIDATION_SECONDS)) {
        return waiting;
      }
      waiting.close();
    }
    return DriverManager.getConnection(url, login);
  }
}
