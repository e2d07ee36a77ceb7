package dev.fairlead.backup.dump;

import dev.fairlead.backup.archive.OtherContent;
import dev.fairlead.backup.archive.OtherContent.LargeObjects;
import dev.fairlead.backup.archive.OtherContent.MaterializedView;
import dev.fairlead.backup.archive.OtherContent.PartitionedTable;
import dev.fairlead.backup.archive.OtherContent.Sequence;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is no row of a table: large objects, partitions, materialized views. */
final class OtherSurvey {

  private static final String COUNT = "select count(*), null from pg_largeobject_metadata";

  /**
   * Each in pieces of 1 MB, so that the server holds one of them and not a whole object, which can
   * have 4 TB. The pages themselves only a superuser may read.
   */
  private static final String HASH =
      """
      select count(*) filter (where piece.number = 0), %s
        from pg_largeobject_metadata object,
             lateral (
               with recursive piece(number, bytes, hash) as (
                 select 0, length(data), %s
                   from (select object.oid as id, 0 as number, lo_get(object.oid, 0, 1048576) as data
                         offset 0) first
                 union all
                 select number, length(data), %s
                   from (select object.oid as id, number + 1 as number,
                                lo_get(object.oid, (number + 1) * 1048576::bigint, 1048576) as data
                           from piece where bytes = 1048576
                         offset 0) next)
               select number, hash from piece) piece
      """;

  private static final String PARTITIONED =
      """
      select n.nspname, c.relname,
             array(select format('%s.%s %s', pn.nspname, p.relname,
                                 pg_get_expr(p.relpartbound, p.oid))
                     from pg_inherits i join pg_class p on p.oid = i.inhrelid
                          join pg_namespace pn on pn.oid = p.relnamespace
                    where i.inhparent = c.oid
                    order by pn.nspname, p.relname)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind = 'p' and c.relpersistence <> 't'
      """
          + TableSurvey.DUMPED
          + " order by 1, 2";

  private static final String VIEWS =
      """
      select n.nspname, c.relname, c.relispopulated
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind = 'm'
      """
          + TableSurvey.DUMPED
          + " order by 1, 2";

  private OtherSurvey() {}

  /**
   * @param hash large objects are only counted when it is absent
   */
  static OtherContent read(Connection connection, @Nullable RowHash hash, List<Sequence> sequences)
      throws SQLException {
    return new OtherContent(
        largeObjects(connection, hash),
        sequences,
        read(connection, PARTITIONED, OtherSurvey::partitioned),
        read(connection, VIEWS, OtherSurvey::view));
  }

  private static LargeObjects largeObjects(Connection connection, @Nullable RowHash hash)
      throws SQLException {
    String query = hash == null ? COUNT : hashing(hash);
    return read(connection, query, row -> new LargeObjects(row.getLong(1), row.getString(2)))
        .getFirst();
  }

  private static String hashing(RowHash hash) {
    String piece = hash.ofPiece("id", "number", "data");
    return HASH.formatted(hash.ofTable(), piece, piece);
  }

  private static PartitionedTable partitioned(ResultSet row) throws SQLException {
    return new PartitionedTable(
        row.getString(1), row.getString(2), List.of((String[]) row.getArray(3).getArray()));
  }

  private static MaterializedView view(ResultSet row) throws SQLException {
    return new MaterializedView(row.getString(1), row.getString(2), row.getBoolean(3));
  }

  @FunctionalInterface
  private interface RowReading<T> {
    T read(ResultSet row) throws SQLException;
  }

  private static <T> List<T> read(Connection connection, String query, RowReading<T> reading)
      throws SQLException {
    List<T> found = new ArrayList<>();
    try (var statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      while (row.next()) {
        found.add(reading.read(row));
      }
    }
    return found;
  }
}
