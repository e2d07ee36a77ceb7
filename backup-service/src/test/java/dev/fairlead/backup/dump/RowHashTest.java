package dev.fairlead.backup.dump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.archive.Manifest.TableContent;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("The hash of a table")
@InSecondLane
class RowHashTest {

  private static SourceDatabase source;
  private static Connection database;

  /** A survey changes the settings of its session. */
  private static Connection surveyed;

  @BeforeAll
  static void manyTypes() throws SQLException {
    Neighbours.require("postgres");
    source = SourceDatabase.createInSecondLane("hashes");
    database = source.connect();
    surveyed = source.connect();
    sql(
        """
        create type mood as enum ('calm', 'cross');
        create type pair as (a int, b text);
        create domain code as text;
        create collation caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
        create table kinds (
          i2 int2, i4 int4, i8 int8, o oid, b bool, u uuid, t text, v varchar(20), c char(8), any_c bpchar,
          caseless text collate caseless, q "char", n name, by bytea, j json, jb jsonb, num numeric,
          money numeric(10, 2), f4 float4, f8 float8, d date, ti time, tz timetz, ts timestamp,
          tsz timestamptz, iv interval, m mood, p pair, k code, ints int[], texts text[], ip inet,
          r int4range, bits bit(4), x xml, "odd ""na%me" text);
        """);
  }

  @AfterAll
  static void close() throws SQLException {
    if (surveyed != null) {
      database.close();
      surveyed.close();
    }
  }

  @ParameterizedTest(name = "{0}: {1} is not {2}")
  @DisplayName("changes with every value, also where PostgreSQL calls both equal")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          i2       | 1                  | 2
          i2       | 0                  | null
          i4       | 7                  | -7
          i4       | 3                  | null
          i8       | 4294967301         | 4
          i8       | -1                 | 0
          i8       | 3                  | null
          o        | 1                  | 2
          b        | true               | false
          b        | false              | null
          u        | '00000000-0000-0000-0000-000000000001' | '00000000-0000-0000-0000-000000000002'
          t        | ''                 | null
          t        | 'a'                | 'a '
          t        | 'a'                | 'A'
          v        | 'a'                | 'a '
          c        | 'a'                | 'b'
          c        | ''                 | null
          any_c    | 'a'                | 'a '
          caseless | 'a'                | 'A'
          q        | 'a'                | 'b'
          n        | 'a'                | 'b'
          by       | '\\x00'            | '\\x0000'
          by       | ''                 | null
          j        | '{"a":1}'          | '{"a": 1}'
          jb       | '{"a":1}'          | '{"a":-1}'
          jb       | '{"a":1.0}'        | '{"a":1.00}'
          jb       | '[1,[2]]'          | '[[1],2]'
          num      | 5                  | -5
          num      | 1.0                | 1.00
          num      | 'NaN'              | 'Infinity'
          money    | 5                  | -5
          f4       | 0                  | '-0'
          f8       | 0                  | '-0'
          f8       | 0.1                | 0.10000000000000002
          d        | '2026-01-01'       | '2026-01-02'
          d        | 'infinity'         | '-infinity'
          ti       | '10:00'            | '10:01'
          tz       | '10:00+00'         | '11:00+01'
          ts       | '2026-01-01'       | '2026-01-01 00:00:00.000001'
          tsz      | '2026-01-01 00:00+00' | '2026-01-01 01:11:34.967296+00'
          iv       | '1 day'            | '24 hours'
          iv       | '1 mon'            | '30 days'
          m        | 'calm'             | 'cross'
          p        | '(1,)'             | '(1,"")'
          p        | '(,)'              | null
          k        | 'a'                | 'b'
          ints     | '{1,2}'            | '{{1,2}}'
          ints     | '{1,2}'            | '[0:1]={1,2}'
          ints     | '{-1}'             | '{1}'
          texts    | '{NULL}'           | '{"NULL"}'
          ip       | '10.0.0.1'         | '10.0.0.1/8'
          r        | '[1,2)'            | '[1,3)'
          bits     | '0101'             | '0111'
          x        | '<a/>'             | '<a></a>'
          "odd ""na%me" | 'a'           | 'b'
          """,
      quoteCharacter = '`')
  void changes(String column, String one, String other) {
    assertThat(hashWith(column, one)).isNotEqualTo(hashWith(column, other));
    assertThat(hashWith(column, one)).isEqualTo(hashWith(column, one)).startsWith("columns:");
  }

  private static String hashWith(String column, String value) {
    sql("truncate kinds; insert into kinds (%s) values (%s)".formatted(column, value));
    return hash("kinds", RowHash.OF_COLUMNS);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("tells which column a value is in, which row, and how often")
  void places(RowHash way) {
    sql("drop table if exists places; create table places (a int, b int, c text, d text)");
    String empty = hash("places", way);
    sql("insert into places values (1, 2, 'x', 'y'), (3, 4, 'z', null)");
    String whole = hash("places", way);
    sql("update places set a = b, b = a");
    String columnsSwapped = hash("places", way);
    sql("update places set a = b, b = a");
    sql("update places set a = 4 - a");
    String rowsSwapped = hash("places", way);
    sql("update places set a = 4 - a");
    assertThat(hash("places", way)).as("in another order").isEqualTo(whole);
    sql("insert into places select * from places where a = 1");
    String twice = hash("places", way);
    sql("insert into places select * from places where a = 1 limit 1");
    String thrice = hash("places", way);
    sql("update places set (c, d) = ('xy', '') where a = 1");
    String glued = hash("places", way);

    assertThat(List.of(empty, whole, columnsSwapped, rowsSwapped, twice, thrice, glued))
        .doesNotHaveDuplicates();
  }

  @Test
  @DisplayName("is the same whatever the session, and of a table without columns as well")
  void sessions() throws SQLException {
    sql("drop table if exists bare; create table bare (); insert into bare default values");
    sql(
        "truncate kinds; insert into kinds (f8, tsz, by, iv, d) values (pi(), now(), '\\x01', '1 day', now())");
    String plain = hash("kinds", RowHash.OF_COLUMNS);
    sql(
        """
        alter database %s set timezone = 'Asia/Tokyo';
        alter database %1$s set extra_float_digits = -5;
        alter database %1$s set datestyle = 'German';
        alter database %1$s set bytea_output = 'escape';
        alter database %1$s set intervalstyle = 'sql_standard'
        """
            .formatted(source.name()));

    try (Connection other = source.connect()) {
      assertThat(hash(other, "kinds", RowHash.OF_COLUMNS)).isEqualTo(plain);
      assertThat(hash(other, "bare", RowHash.OF_COLUMNS)).isEqualTo("columns:0");
    }
  }

  @Test
  @DisplayName("says itself how it was made, so that older backups are proved as before")
  void older() {
    assertThat(RowHash.of(List.of(content(null), content("12:-3")))).contains(RowHash.OF_ROW_TEXT);
    assertThat(RowHash.of(List.of(content("columns:12")))).contains(RowHash.OF_COLUMNS);
    assertThat(RowHash.of(List.of(content(null)))).isEmpty();
  }

  @Test
  @DisplayName("is made of the rows' texts where the server cannot hash a record")
  void oldServers() {
    assertThat(RowHash.forServer(130_022)).isEqualTo(RowHash.OF_ROW_TEXT);
    assertThat(RowHash.forServer(140_000)).isEqualTo(RowHash.OF_COLUMNS);
  }

  private static TableContent content(@Nullable String hash) {
    return new TableContent("public", "items", 1, hash);
  }

  private static String hash(String table, RowHash way) {
    return hash(surveyed, table, way);
  }

  private static String hash(Connection session, String table, RowHash way) {
    try {
      return TableSurvey.survey(session, way).stream()
          .filter(content -> content.table().equals(table))
          .map(TableContent::hash)
          .findFirst()
          .orElseThrow();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static void sql(String statement) {
    try (Statement running = database.createStatement()) {
      running.execute(statement);
    } catch (SQLException e) {
      throw new AssertionError(statement, e);
    }
  }
}
