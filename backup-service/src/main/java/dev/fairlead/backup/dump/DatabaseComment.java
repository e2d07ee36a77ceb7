package dev.fairlead.backup.dump;

import dev.fairlead.backup.postgres.PostgresFailures;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import org.jspecify.annotations.Nullable;

/**
 * What its owner says of a database. All databases of a server keep theirs in one table, each in
 * its own encoding, so it may be no text to us; that is no reason to have no backup.
 *
 * @param text absent where there is none, or it cannot be read
 * @param note that it cannot be read
 */
record DatabaseComment(@Nullable String text, @Nullable String note) {

  /** Where a server has the encoding of its client it looks at the bytes only to convert them. */
  private static final String COMMENT =
      """
      select shobj_description(oid, 'pg_database'),
             convert_to(shobj_description(oid, 'pg_database'), 'UTF8')
        from pg_database where datname = current_database()
      """;

  /** In a transaction, which goes on. */
  static DatabaseComment read(Connection connection) throws SQLException {
    Savepoint before = connection.setSavepoint();
    try (var statement = connection.createStatement();
        ResultSet row = statement.executeQuery(COMMENT)) {
      row.next();
      return new DatabaseComment(row.getString(1), null);
    } catch (SQLException e) {
      if (PostgresFailures.isLoss(e)) {
        throw e;
      }
      connection.rollback(before);
      return new DatabaseComment(
          null,
          "the comment of the database is left out, for it cannot be read (SQLSTATE %s); COMMENT ON DATABASE again, in this database, brings it into the next backup"
              .formatted(e.getSQLState()));
    }
  }
}
