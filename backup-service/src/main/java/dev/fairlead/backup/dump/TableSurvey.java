package dev.fairlead.backup.dump;

import dev.fairlead.backup.archive.Manifest.TableContent;
import dev.fairlead.backup.postgres.Identifiers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What the tables of a database hold: rows counted and, if wanted, hashed.
 *
 * <p>The hash of a table is the sum and the exclusive or of its rows' hashes: neither depends on
 * their order, and the sum notices rows that occur twice, which cancel out in the other. Rows are
 * hashed as text, since {@code hash_record_extended} hashes enums by numbers that differ from one
 * cluster to the next.
 */
public final class TableSurvey {

  /** The tables whose rows {@code pg_dump} writes; those of extensions belong to them. */
  private static final String TABLES =
      """
      select n.nspname, c.relname
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind = 'r' and c.relpersistence <> 't'
         and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
         and not exists (select 1 from pg_depend d
                          where d.classid = 'pg_class'::regclass and d.objid = c.oid
                            and d.deptype = 'e')
       order by 1, 2
      """;

  private static final String COUNT = "select count(*), null from only %s.%s";

  private static final String HASH =
      """
      select count(*), coalesce(sum(hash), 0)::text || ':' || coalesce(bit_xor(hash), 0)::text
        from (select hashtextextended((fairlead_row.*)::text, 0) as hash
                from only %s.%s fairlead_row) hashes
      """;

  /** The same row has the same text wherever it is read, and none is silently left out. */
  private static final String COMPARABLE =
      """
      set search_path = '';
      set row_security = off;
      set datestyle = 'ISO, YMD';
      set intervalstyle = 'postgres';
      set timezone = 'UTC';
      set bytea_output = 'hex';
      set extra_float_digits = 1;
      set lc_monetary = 'C';
      """;

  private TableSurvey() {}

  static void makeTextsComparable(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(COMPARABLE);
    }
  }

  /** Of the database behind the connection, now; its session settings are changed. */
  public static List<TableContent> survey(Connection connection, boolean hashed)
      throws SQLException {
    makeTextsComparable(connection);
    return contents(connection, hashed);
  }

  static List<TableContent> contents(Connection connection, boolean hashed) throws SQLException {
    List<TableContent> contents = new ArrayList<>();
    try (var statement = connection.createStatement();
        ResultSet row = statement.executeQuery(TABLES)) {
      while (row.next()) {
        contents.add(content(connection, row.getString(1), row.getString(2), hashed));
      }
    }
    return contents;
  }

  private static TableContent content(
      Connection connection, String schema, String table, boolean hashed) throws SQLException {
    String query =
        (hashed ? HASH : COUNT).formatted(Identifiers.quoted(schema), Identifiers.quoted(table));
    try (var statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return new TableContent(schema, table, row.getLong(1), row.getString(2));
    }
  }
}
