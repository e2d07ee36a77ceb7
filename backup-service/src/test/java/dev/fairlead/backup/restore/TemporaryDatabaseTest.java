package dev.fairlead.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest.Grant;
import dev.fairlead.backup.archive.Manifest.Properties;
import dev.fairlead.backup.archive.Manifest.Source;
import dev.fairlead.backup.postgres.PostgresConnections;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.stack.testing.Neighbours;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A database that is made as a manifest says")
class TemporaryDatabaseTest {

  private static final Grant CONNECT = new Grant(null, "CONNECT", false);

  private SourceDatabase source;

  @BeforeEach
  void create() {
    Neighbours.require("postgres");
    source = SourceDatabase.create("made");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"$user\", public", "\"\"", "a, \"b \"\" c\"", ""})
  @DisplayName("gets the search path that the source had")
  void searchPath(String path) throws SQLException {
    make(CONNECT, "search_path=" + path);

    assertThat(setting(source.name() + "_new"))
        .isEqualTo("search_path=" + (path.isEmpty() ? "\"\"" : path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "temp_tablespaces to fast, \"Not So Fast\"",
        "local_preload_libraries to '$libdir/plugins/one', two",
        "search_path to one, \"two, three\""
      })
  @DisplayName("gets lists of names as such, as the source had them")
  void lists(String setting) throws SQLException {
    source.asSuperuser("alter database %s set %s".formatted(source.name(), setting));
    String kept = setting(source.name());
    assertThat(kept).contains(", ");

    make(CONNECT, kept);

    assertThat(setting(source.name() + "_new")).isEqualTo(kept);
  }

  private String setting(String database) {
    return source
        .query(
            "postgres",
            "select setconfig[1] from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase"
                + " where datname = '%s' and setrole = 0".formatted(database))
        .getFirst();
  }

  @Test
  @DisplayName("is there without a setting that this server does not know, which is named")
  void unknown() throws SQLException {
    assertThat(make(CONNECT, "no_such_parameter=secret-value"))
        .containsExactly(
            "no_such_parameter of the database: the server refuses it (SQLSTATE 42704)");
    assertThat(source.databases()).contains(source.name() + "_new");
  }

  @Test
  @DisplayName("runs nothing else that stands in the manifest")
  void nothingElse() {
    assertThatThrownBy(() -> make(CONNECT, "search_path=public; create role made_by_manifest"))
        .isInstanceOf(BackupFailure.class)
        .hasMessageContaining("the setting search_path; expected names in it");
    assertThatThrownBy(
            () ->
                make(
                    new Grant(null, "ALL ON DATABASE postgres TO public; --", false),
                    "work_mem=4MB"))
        .isInstanceOf(BackupFailure.class)
        .hasMessageContaining("expected one of [CONNECT, CREATE, TEMPORARY]");
  }

  /** What could not be set. */
  private List<String> make(Grant grant, String setting) throws SQLException {
    Properties properties =
        new Properties(
            source.role(),
            "UTF8",
            "C",
            "C",
            null,
            null,
            List.of(grant),
            List.of(setting),
            null,
            null,
            null,
            null,
            null,
            null);
    Source manifest =
        new Source(source.name(), 1, null, "15.0", 150_000, Instant.EPOCH, null, properties);
    try (Connection connection =
        PostgresConnections.open(source.access().toDatabase("postgres"), "test")) {
      TemporaryDatabase database = new TemporaryDatabase(connection, source.name() + "_new");
      database.createAfresh(manifest);
      return database.notSet();
    }
  }
}
