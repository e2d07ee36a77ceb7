package dev.fairlead.deployer.loss;

import dev.fairlead.deployer.migration.DatabaseAccess;
import dev.fairlead.deployer.migration.Migrations;
import dev.fairlead.events.DeploymentEvent.TableWrites;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Reads the counters of a PostgreSQL server. Any role may. */
final class WriteCounter {

  private static final int SECONDS = 10;

  private final Clock clock;

  WriteCounter(Clock clock) {
    this.clock = clock;
  }

  /**
   * @throws SQLException when the database does not answer within ten seconds
   */
  WriteCounts count(DatabaseAccess access) throws SQLException {
    try (Connection connection = DriverManager.getConnection(access.jdbcUrl(), properties(access));
        Statement statement = connection.createStatement()) {
      Instant now = clock.instant();
      return new WriteCounts(now, reset(statement), tables(statement));
    }
  }

  private static Properties properties(DatabaseAccess access) {
    Properties properties = new Properties();
    properties.setProperty("user", access.user());
    properties.setProperty("password", access.password().get());
    properties.setProperty("connectTimeout", String.valueOf(SECONDS));
    properties.setProperty("socketTimeout", String.valueOf(SECONDS));
    properties.setProperty("ApplicationName", "fairlead-count");
    return properties;
  }

  private static @Nullable Instant reset(Statement statement) throws SQLException {
    try (ResultSet rows =
        statement.executeQuery(
            "select stats_reset from pg_stat_database where datname = current_database()")) {
      Timestamp reset = rows.next() ? rows.getTimestamp(1) : null;
      return reset == null ? null : reset.toInstant();
    }
  }

  private static Map<Long, TableWrites> tables(Statement statement) throws SQLException {
    Map<Long, TableWrites> tables = new HashMap<>();
    try (ResultSet rows =
        statement.executeQuery(
            """
            select relid, schemaname || '.' || relname, n_tup_ins, n_tup_upd, n_tup_del
            from pg_stat_user_tables where relname <> '%s'
            """
                .formatted(Migrations.HISTORY_TABLE))) {
      while (rows.next()) {
        tables.put(
            rows.getLong(1),
            new TableWrites(rows.getString(2), rows.getLong(3), rows.getLong(4), rows.getLong(5)));
      }
    }
    return tables;
  }
}
