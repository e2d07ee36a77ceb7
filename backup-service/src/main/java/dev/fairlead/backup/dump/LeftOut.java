package dev.fairlead.backup.dump;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@code pg_dump} leaves out and calls it success. A restore works without, so it is no reason
 * to have no backup; whoever restores must know.
 */
final class LeftOut {

  /** Of the columns that everybody may read; their connection may hold a password. */
  private static final String SUBSCRIPTIONS =
      """
      select format('%I', s.subname), count(*) over ()
        from pg_subscription s join pg_database d on d.oid = s.subdbid
       where d.datname = current_database()
         and not (select rolsuper from pg_roles where rolname = current_user)
       order by 1
       limit
      """
          + FirstFew.NAMED;

  private LeftOut() {}

  /** Of logical replication. Only a superuser may dump them. */
  static Optional<String> subscriptions(Connection connection) throws SQLException {
    List<String> names = new ArrayList<>();
    long count = 0;
    try (var statement = connection.createStatement();
        ResultSet row = statement.executeQuery(SUBSCRIPTIONS)) {
      while (row.next()) {
        names.add(row.getString(1));
        count = row.getLong(2);
      }
    }
    return count == 0 ? Optional.empty() : Optional.of(note(names, count));
  }

  private static String note(List<String> names, long count) {
    return "subscriptions are left out, as the role of the backup is no superuser: %s; a restored database needs CREATE SUBSCRIPTION again"
        .formatted(FirstFew.of(names, count));
  }
}
