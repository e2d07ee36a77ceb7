package dev.fairlead.deployer.verification;

import dev.fairlead.deployer.manifest.Verification.DatabaseAssertion;
import dev.fairlead.deployer.migration.DatabaseAccess;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** Asks a database whether its data is sound. Reads only, whatever the query says. */
public final class DatabaseIntegrity {

  private static final int CONNECT_SECONDS = 10;

  /** PostgreSQL's classes of errors that are about the server or the way to it, not the query. */
  private static final String[] ELSEWHERE = {"08", "28", "53", "57", "58"};

  private DatabaseIntegrity() {}

  /**
   * A server that cannot be asked is inconclusive; a query that fails speaks against the release.
   */
  public static Verdict verify(DatabaseAssertion assertion, DatabaseAccess access) {
    try (Connection connection = connect(access)) {
      connection.setReadOnly(true);
      connection.setAutoCommit(false);
      String found = first(connection, assertion);
      connection.rollback();
      return found.equals(assertion.expect())
          ? new Verdict.Passed("%s: %s".formatted(assertion.name(), found))
          : new Verdict.Failed(
              "%s: found '%.100s', expected '%s'"
                  .formatted(assertion.name(), found, assertion.expect()));
    } catch (SQLException e) {
      return isElsewhere(e)
          ? new Verdict.Inconclusive("%s: %s".formatted(assertion.name(), e.getMessage()))
          : new Verdict.Failed("%s: %s".formatted(assertion.name(), e.getMessage()));
    }
  }

  private static Connection connect(DatabaseAccess access) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", access.user());
    properties.setProperty("password", access.password().get());
    properties.setProperty("connectTimeout", String.valueOf(CONNECT_SECONDS));
    properties.setProperty("ApplicationName", "fairlead-verification");
    return DriverManager.getConnection(access.jdbcUrl(), properties);
  }

  private static String first(Connection connection, DatabaseAssertion assertion)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setMaxRows(1);
      statement.execute("set local statement_timeout = " + assertion.timeout().toMillis());
      try (ResultSet rows = statement.executeQuery(assertion.query())) {
        return rows.next() ? String.valueOf(rows.getString(1)) : "no row";
      }
    }
  }

  private static boolean isElsewhere(SQLException e) {
    String state = e.getSQLState();
    if (state == null) {
      return true;
    }
    for (String prefix : ELSEWHERE) {
      if (state.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }
}
