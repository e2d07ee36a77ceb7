package dev.fairlead.health.probe;

import dev.fairlead.events.ApplicationEvent.HealthTarget;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Properties;
import org.postgresql.Driver;

/**
 * A new connection and one query that must give a row. It runs read-only: a query of a manifest
 * looks, it never changes.
 */
final class PostgreSqlProbe implements Probe {

  private static final String USUAL_QUERY = "SELECT 1";

  /** SQL states 08xxx: the server was not reached, or was lost. */
  private static final String CONNECTION_FAILURE = "08";

  private final Driver driver = new Driver();
  private final Passwords passwords;

  PostgreSqlProbe(Passwords passwords) {
    this.passwords = passwords;
  }

  @Override
  public Finding ask(HealthTarget target) {
    Properties properties;
    try {
      properties = properties(target);
    } catch (RuntimeException e) {
      return new Finding.Unclear(
          Reasons.shortened("the password of %s: %s".formatted(target.username(), e.getMessage())));
    }
    try (Connection connection = driver.connect(target.address(), properties)) {
      if (connection == null) {
        return Finding.wrong("%s is not a PostgreSQL address".formatted(target.address()));
      }
      return answer(connection, target);
    } catch (SQLException e) {
      return failure(target, e);
    }
  }

  private static Finding answer(Connection connection, HealthTarget target) throws SQLException {
    String query = target.query() == null ? USUAL_QUERY : target.query();
    try (Statement statement = connection.createStatement()) {
      boolean rows = statement.execute(query);
      if (!rows) {
        return Finding.wrong("%s: the query gives no rows".formatted(target.address()));
      }
      try (ResultSet result = statement.getResultSet()) {
        return result.next()
            ? Finding.up()
            : Finding.wrong("%s: the query gave no row".formatted(target.address()));
      }
    }
  }

  private Properties properties(HealthTarget target) {
    long seconds = Math.max(1, (target.timeoutMillis() + 999) / 1000);
    Properties properties = new Properties();
    properties.setProperty("connectTimeout", Long.toString(seconds));
    properties.setProperty("socketTimeout", Long.toString(seconds));
    properties.setProperty("ApplicationName", "fairlead-health");
    properties.setProperty("options", "-c default_transaction_read_only=on");
    properties.setProperty("tcpKeepAlive", "false");
    if (target.username() != null) {
      properties.setProperty("user", target.username());
    }
    if (target.password() != null) {
      properties.setProperty("password", passwords.of(target.password()));
    }
    return properties;
  }

  private static Finding failure(HealthTarget target, SQLException failure) {
    String state = failure.getSQLState();
    if (state == null || state.startsWith(CONNECTION_FAILURE)) {
      return lost(target, failure);
    }
    String message = String.valueOf(failure.getMessage());
    return Finding.wrong(
        Reasons.shortened(
            "%s: %s (SQL state %s)".formatted(target.address(), message.strip(), state)));
  }

  private static Finding lost(HealthTarget target, SQLException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnknownHostException) {
        return Reasons.of(target.address(), cause);
      }
    }
    String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    String words = message.contains("refused") ? "connection refused" : "no connection in time";
    return Finding.silent("%s: %s".formatted(target.address(), words));
  }
}
