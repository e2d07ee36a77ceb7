package dev.fairlead.deployer.migration;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;
import javax.sql.DataSource;

/** Which scripts a database remembers, whatever folder they were in. */
final class History {

  private static final int SECONDS = 10;

  private History() {}

  /** None where there never was a migration. */
  static Set<String> of(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(SECONDS);
      return exists(statement) ? scripts(statement) : Set.of();
    }
  }

  private static boolean exists(Statement statement) throws SQLException {
    try (ResultSet answer =
        statement.executeQuery(
            "select to_regclass('%s') is not null".formatted(Migrations.HISTORY_TABLE))) {
      return answer.next() && answer.getBoolean(1);
    }
  }

  private static Set<String> scripts(Statement statement) throws SQLException {
    Set<String> scripts = new HashSet<>();
    try (ResultSet rows =
        statement.executeQuery("select script from " + Migrations.HISTORY_TABLE)) {
      while (rows.next()) {
        scripts.add(rows.getString(1));
      }
    }
    return scripts;
  }
}
