package dev.fairlead.backup.dump;

import dev.fairlead.backup.archive.Manifest.TableContent;
import dev.fairlead.backup.dump.RowHash.Column;
import dev.fairlead.backup.postgres.Identifiers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the tables of a database hold: rows counted and, if wanted, hashed. */
public final class TableSurvey {

  /** What {@code pg_dump} writes; what extensions have belongs to them. */
  static final String DUMPED =
      """
         and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
         and not exists (select 1 from pg_depend d
                          where d.classid = 'pg_class'::regclass and d.objid = c.oid
                            and d.deptype = 'e')
      """;

  private static final String COLUMNS =
      """
      select n.nspname, c.relname, a.attname,
             case when t.typnamespace = 'pg_catalog'::regnamespace then t.typname else '' end,
             a.atttypmod > 0
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
             left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
             left join pg_type t on t.oid = a.atttypid
       where c.relkind = 'r' and c.relpersistence <> 't'
      """
          + DUMPED
          + " order by 1, 2, a.attnum";

  private static final String COUNT = "select count(*), null from only %s.%s";

  private static final String HASH =
      "select count(*), %s from (select %s as hash from only %s.%s fairlead_row) hashes";

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
  public static List<TableContent> survey(Connection connection, @Nullable RowHash hash)
      throws SQLException {
    makeTextsComparable(connection);
    return contents(connection, hash);
  }

  /**
   * @param hash rows are only counted when it is absent
   */
  static List<TableContent> contents(Connection connection, @Nullable RowHash hash)
      throws SQLException {
    List<TableContent> contents = new ArrayList<>();
    for (Map.Entry<Table, List<Column>> table : tables(connection).entrySet()) {
      contents.add(content(connection, table.getKey(), table.getValue(), hash));
    }
    return contents;
  }

  private record Table(String schema, String name) {}

  private static Map<Table, List<Column>> tables(Connection connection) throws SQLException {
    Map<Table, List<Column>> tables = new LinkedHashMap<>();
    try (var statement = connection.createStatement();
        ResultSet row = statement.executeQuery(COLUMNS)) {
      while (row.next()) {
        Table table = new Table(row.getString(1), row.getString(2));
        List<Column> columns = tables.computeIfAbsent(table, _ -> new ArrayList<>());
        if (row.getString(3) != null) {
          columns.add(new Column(row.getString(3), row.getString(4), row.getBoolean(5)));
        }
      }
    }
    return tables;
  }

  private static TableContent content(
      Connection connection, Table table, List<Column> columns, @Nullable RowHash hash)
      throws SQLException {
    String schema = Identifiers.quoted(table.schema());
    String name = Identifiers.quoted(table.name());
    String query =
        hash == null
            ? COUNT.formatted(schema, name)
            : HASH.formatted(hash.ofTable(), hash.ofRow(columns), schema, name);
    try (var statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return new TableContent(table.schema(), table.name(), row.getLong(1), row.getString(2));
    }
  }
}
