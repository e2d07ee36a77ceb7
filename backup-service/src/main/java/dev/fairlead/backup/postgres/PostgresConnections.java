package dev.fairlead.backup.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** Connections to the databases of others: short-lived, never pooled, named for their purpose. */
public final class PostgresConnections {

  private PostgresConnections() {}

  /**
   * @param purpose shown as the application's name in {@code pg_stat_activity}
   * @throws dev.fairlead.backup.BackupFailure classified, when there is no way in
   */
  public static Connection open(DatabaseAccess access, String purpose) {
    try {
      return DriverManager.getConnection(access.jdbcUrl(), access.jdbcProperties(purpose));
    } catch (SQLException e) {
      throw PostgresFailures.classify(access, e);
    }
  }
}
