package dev.fairlead.backup.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What a server calls itself for as long as its data lives. */
public final class SystemIdentifier {

  private static final String MAY_READ =
      "select has_function_privilege('pg_catalog.pg_control_system()', 'execute')";

  private static final String READ =
      "select system_identifier::text from pg_catalog.pg_control_system()";

  private SystemIdentifier() {}

  /**
   * Two statements: PostgreSQL checks the rights for every part of one before it runs any.
   *
   * @return absent where the role may not read the control file
   */
  public static @Nullable String of(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      try (ResultSet row = statement.executeQuery(MAY_READ)) {
        row.next();
        if (!row.getBoolean(1)) {
          return null;
        }
      }
      try (ResultSet row = statement.executeQuery(READ)) {
        row.next();
        return row.getString(1);
      }
    }
  }
}
