package dev.fairlead.backup.dump;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.postgres.Identifiers;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether the role sees every row of everything. Asked beforehand, because {@code pg_dump} stops at
 * the first table, and a session that is subject to row-level security may see fewer rows and call
 * that success.
 */
final class RightsCheck {

  private static final String UNREADABLE =
      """
      select format('%I.%I', n.nspname, c.relname)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p', 'S')
         and not (has_schema_privilege(n.oid, 'USAGE') and has_table_privilege(c.oid, 'SELECT'))
      """
          + TableSurvey.DUMPED;

  private static final String FILTERED =
      """
      select format('%I.%I', n.nspname, c.relname)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p') and c.relrowsecurity and row_security_active(c.oid)
      """
          + TableSurvey.DUMPED;

  private RightsCheck() {}

  static void require(DatabaseAccess access, Connection connection) throws SQLException {
    String role = Identifiers.quoted(access.username());
    List<String> unreadable = names(connection, UNREADABLE);
    if (!unreadable.isEmpty()) {
      throw missing(
          "%s may not read %s".formatted(access, String.join(", ", unreadable)),
          "GRANT pg_read_all_data TO %s".formatted(role));
    }
    List<String> filtered = names(connection, FILTERED);
    if (!filtered.isEmpty()) {
      throw missing(
          "row-level security hides rows from %s in %s"
              .formatted(access, String.join(", ", filtered)),
          "ALTER ROLE %s BYPASSRLS".formatted(role));
    }
  }

  private static BackupFailure missing(String detail, String advice) {
    return new BackupFailure(BackupFailureReason.MISSING_RIGHTS, detail, advice);
  }

  private static List<String> names(Connection connection, String query) throws SQLException {
    List<String> names = new ArrayList<>();
    try (var statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      while (row.next()) {
        names.add(row.getString(1));
      }
    }
    return names;
  }
}
