package dev.fairlead.backup.restore;

import dev.fairlead.backup.postgres.SystemIdentifier;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What tells a database from others of its name, on its server and on others.
 *
 * @param server as it calls itself, its system identifier; absent where the role may not read it
 * @param oid on that server
 */
public record DatabaseIdentity(@Nullable String server, long oid) {

  /** Of the database with this name behind the connection; empty where there is none. */
  static Optional<DatabaseIdentity> of(Connection connection, String name) throws SQLException {
    String query = "select oid from pg_database where datname = ?";
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        return row.next()
            ? Optional.of(new DatabaseIdentity(SystemIdentifier.of(connection), row.getLong(1)))
            : Optional.empty();
      }
    }
  }

  /** The name it has now behind the connection; empty where it is not there. */
  Optional<String> name(Connection connection) throws SQLException {
    String query = "select datname from pg_database where oid = ?";
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setLong(1, oid);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && !isElsewhere(server, SystemIdentifier.of(connection))
            ? Optional.of(row.getString(1))
            : Optional.empty();
      }
    }
  }

  /** As far as both are known: a server that is not known may be the same. */
  static boolean isElsewhere(@Nullable String server, @Nullable String other) {
    return server != null && other != null && !server.equals(other);
  }

  boolean isSame(DatabaseIdentity other) {
    return oid == other.oid && !isElsewhere(server, other.server);
  }
}
