package dev.fairlead.backup.dump;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.postgres.DatabaseAccess;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Keeps the tables of a snapshot as they are until it is closed. What {@code pg_dump} locks is free
 * once it has ended, and rows may be counted for long after that: a table that is emptied or
 * rewritten meanwhile has no rows in an older snapshot (chapter "Caveats" of the manual's
 * "Concurrency Control").
 */
final class TableLocks {

  private static final String TABLES =
      """
      select format('%I.%I', n.nspname, c.relname)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p') and c.relpersistence <> 't'
      """
          + TableSurvey.DUMPED
          + " order by c.oid";

  /** The snapshot sees the file that a table had; the function, the one that it has now. */
  private static final String REPLACED =
      """
      select format('%I.%I', n.nspname, c.relname)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind = 'r' and c.relpersistence <> 't'
         and pg_relation_filenode(c.oid) is distinct from c.relfilenode
      """
          + TableSurvey.DUMPED
          + " order by 1 limit 1";

  private static final int AT_ONCE = 500;

  private TableLocks() {}

  /**
   * Those that {@code pg_dump} locks, in the same mode: everybody can read and write.
   *
   * @throws BackupFailure worth another try when one is not any more what the snapshot sees
   */
  static void take(DatabaseAccess access, Connection connection) throws SQLException {
    List<String> tables = names(connection, TABLES);
    for (int from = 0; from < tables.size(); from += AT_ONCE) {
      lock(connection, tables.subList(from, Math.min(from + AT_ONCE, tables.size())));
    }
    List<String> replaced = names(connection, REPLACED);
    if (!replaced.isEmpty()) {
      throw BackupFailure.lockedOut(
          "%s of %s was emptied, rewritten or replaced after the snapshot was taken"
              .formatted(replaced.getFirst(), access),
          null);
    }
  }

  /** Without what inherits from them, which is among them itself if it is dumped. */
  private static void lock(Connection connection, List<String> tables) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(
          tables.stream()
              .map("only "::concat)
              .collect(Collectors.joining(", ", "lock table ", " in access share mode")));
    }
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
