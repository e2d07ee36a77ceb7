package dev.fairlead.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.Manifest.Properties;
import dev.fairlead.backup.archive.Manifest.Source;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.postgres.PostgresConnections;
import dev.fairlead.backup.restore.LocaleCheck.Facts;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.PostgresServer;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The provider of a database's locale")
class LocaleTest {

  private static final String LOCALE =
      "select datlocprovider::text || ' ' || coalesce(daticulocale, datcollate) from pg_database where datname = '%s'";

  @TempDir Path folder;
  private SourceDatabase source;
  private Workshop workshop;

  @BeforeEach
  void neighbours() {
    Neighbours.require("postgres", "pg_dump", "initdb");
    source = SourceDatabase.create("locale");
    workshop = new Workshop(new DiskStore("disk", folder.resolve("store")));
  }

  @Test
  @DisplayName("comes back as ICU where the server's own is the system's")
  void icu() {
    source.asSuperuser("drop database " + source.name());
    source.asSuperuser(
        "create database %s owner %s template template0 locale_provider icu icu_locale 'de-AT'"
            .formatted(source.name(), source.role()));
    Manifest manifest = workshop.backUp(source.access());

    workshop.restore(manifest, source.access(), source.name() + "_copy", "unused");

    assertThat(source.query("postgres", LOCALE.formatted(source.name() + "_copy")))
        .containsExactly("i de-AT");
  }

  @Test
  @DisplayName("comes back as the system's where the server's own is ICU, as initdb can make it")
  void libc() throws SQLException {
    Manifest manifest = workshop.backUp(source.access());
    try (PostgresServer server = PostgresServer.start(folder.resolve("icu"), Ports.free())) {
      server.createRole(source.role(), "secret");
      server.execute(
          "update pg_database set datlocprovider = 'i', daticulocale = 'en' where datname = 'template0'");
      DatabaseAccess access =
          new DatabaseAccess(
              "127.0.0.1", server.port(), "postgres", server.user(), server.password());

      workshop.restore(manifest, access, "copy", "unused");

      try (Connection connection = server.connect("postgres");
          var statement = connection.createStatement();
          ResultSet row = statement.executeQuery(LOCALE.formatted("copy"))) {
        row.next();
        assertThat(row.getString(1)).isEqualTo("c C");
      }
    }
  }

  @Test
  @DisplayName("is compared with what the new database says of itself")
  void compared() throws SQLException {
    try (Connection connection =
        PostgresConnections.open(source.access().toDatabase("postgres"), "test")) {
      new LocaleCheck(source.name(), source(150_000, null, null)).require(connection);
      new LocaleCheck(source.name(), source(140_000, null, null)).require(connection);

      assertThatThrownBy(
              () -> new LocaleCheck(source.name(), source(150_000, "i", "de")).require(connection))
          .satisfies(
              it ->
                  assertThat(((BackupFailure) it).reason())
                      .as("no reason to take the backup for a bad one")
                      .isEqualTo(BackupFailureReason.TOOL_MISMATCH))
          .hasMessageContaining(
              "was made with locale provider c instead of i, locale null instead of de");
    }
  }

  @Test
  @DisplayName("may be spelled as PostgreSQL 15 did, in a database that pg_upgrade brought along")
  void upgraded() {
    LocaleCheck upgraded = new LocaleCheck("app", source(170_002, "i", "en_US"));

    assertThat(upgraded.differences(icu("en-US", 170_002))).isEmpty();
    assertThat(new LocaleCheck("app", source(150_000, "i", "de")).differences(icu("en", 150_000)))
        .containsExactly("locale en instead of de");
  }

  private static Facts icu(String locale, int server) {
    return new Facts("UTF8", "C", "C", "i", locale, null, server);
  }

  static Source source(int version, @Nullable String provider, @Nullable String locale) {
    Properties properties =
        new Properties(
            "app", "UTF8", "C", "C", provider, locale, List.of(), List.of(), null, null, null, null,
            null, null);
    return new Source("app", 1, null, "15.0", version, Instant.EPOCH, null, properties);
  }
}
