package dev.fairlead.backup.dump;

import dev.fairlead.backup.archive.OtherContent.Position;
import dev.fairlead.backup.archive.OtherContent.Sequence;
import dev.fairlead.backup.postgres.Identifiers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Where the sequences of a database are, which no snapshot holds still. */
final class SequenceSurvey {

  private static final String SEQUENCES =
      """
      select n.nspname, c.relname, s.seqincrement
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
             join pg_sequence s on s.seqrelid = c.oid
       where c.relkind = 'S' and c.relpersistence <> 't'
      """
          + TableSurvey.DUMPED
          + " order by 1, 2";

  private static final String POSITION = "select last_value, is_called from %s.%s";

  private SequenceSurvey() {}

  /** With both readings the same. */
  static List<Sequence> read(Connection connection) throws SQLException {
    List<Sequence> sequences = new ArrayList<>();
    try (var statement = connection.createStatement();
        ResultSet row = statement.executeQuery(SEQUENCES)) {
      while (row.next()) {
        Position position = position(connection, row.getString(1), row.getString(2));
        sequences.add(
            new Sequence(row.getString(1), row.getString(2), row.getLong(3), position, position));
      }
    }
    return sequences;
  }

  /** The same ones once more: nobody can drop one while the snapshot that read it is open. */
  static List<Sequence> readAgain(Connection connection, List<Sequence> before)
      throws SQLException {
    List<Sequence> sequences = new ArrayList<>();
    for (Sequence first : before) {
      sequences.add(
          new Sequence(
              first.schema(),
              first.sequence(),
              first.increment(),
              first.before(),
              position(connection, first.schema(), first.sequence())));
    }
    return sequences;
  }

  private static Position position(Connection connection, String schema, String sequence)
      throws SQLException {
    String query = POSITION.formatted(Identifiers.quoted(schema), Identifiers.quoted(sequence));
    try (var statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return new Position(row.getLong(1), row.getBoolean(2));
    }
  }
}
