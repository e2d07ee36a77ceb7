package dev.fairlead.backup.restore;

import dev.fairlead.backup.postgres.Identifiers;
import dev.fairlead.events.BackupId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * A restored copy that waits on the server. Nobody can connect to it, superusers included, so it is
 * what was restored until it takes the database's name; and a comment says of whom it is, so that
 * nobody mistakes it for a database in use.
 */
public record WarmDatabase(Connection maintenance, String name) {

  private static final String MARK = "Fairlead: warm copy of backup ";

  private static final String UNTOUCHED =
      """
      select 1 from pg_database
       where datname = ? and oid = ? and not datallowconn
         and shobj_description(oid, 'pg_database') = ?
      """;

  /** Closes it, and says what it is. */
  public void seal(BackupId backup) throws SQLException {
    execute("alter database %s allow_connections false".formatted(quoted()));
    execute("comment on database %s is %s".formatted(quoted(), Identifiers.literal(MARK + backup)));
  }

  /** Whether it is the one that was sealed, and still is. */
  boolean isUntouched(BackupId backup, long oid) throws SQLException {
    try (PreparedStatement statement = maintenance.prepareStatement(UNTOUCHED)) {
      statement.setString(1, name);
      statement.setLong(2, oid);
      statement.setString(3, MARK + backup);
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
  }

  /** What makes a database like any other of it; undone when the transaction is. */
  List<String> unsealing() {
    return List.of(
        "alter database %s allow_connections true".formatted(quoted()),
        "comment on database %s is null".formatted(quoted()));
  }

  /** Under this name: one that has become the database has another. */
  public void drop() throws SQLException {
    new TemporaryDatabase(maintenance, name).drop();
  }

  private String quoted() {
    return Identifiers.quoted(name);
  }

  private void execute(String sql) throws SQLException {
    try (var statement = maintenance.createStatement()) {
      statement.execute(sql);
    }
  }
}
