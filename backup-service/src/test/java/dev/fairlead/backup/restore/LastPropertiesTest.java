package dev.fairlead.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.Manifest.RoleSetting;
import dev.fairlead.backup.archive.ManifestJson;
import dev.fairlead.backup.drill.DrillPipeline.Proved;
import dev.fairlead.backup.postgres.Identifiers;
import dev.fairlead.backup.restore.RestorePipeline.Restored;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A limit of connections, settings of roles and the comment of a database")
@InSecondLane
class LastPropertiesTest {

  private static final String LIMIT =
      "select datconnlimit::text from pg_database where datname = current_database()";
  private static final String SETTINGS =
      """
      select pg_get_userbyid(setrole) || ' ' || unnest(setconfig)
        from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase
       where d.datname = current_database() and setrole <> 0 order by 1
      """;

  private static final String COMMENT =
      "select shobj_description(oid, 'pg_database') from pg_database where datname = current_database()";

  private static final String REMARK = "the shop's \\orders\\, \"since 2019\"";

  @TempDir Path folder;
  private SourceDatabase source;
  private String reader;
  private Workshop workshop;
  private List<String> settings;

  @BeforeEach
  void neighbours() {
    Neighbours.require("postgres", "pg_dump", "initdb");
    source = SourceDatabase.createInSecondLane("limited").withOrders(20);
    reader = SourceDatabase.createInSecondLane("limitedreader").role();
    workshop = new Workshop(new DiskStore("disk", folder.resolve("store")));
    source.asSuperuser("alter database %s connection limit 7".formatted(source.name()));
    source.asSuperuser(
        "comment on database %s is %s".formatted(source.name(), Identifiers.literal(REMARK)));
    set(source.role(), "search_path to billing, \"$user\"");
    set(source.role(), "default_transaction_read_only to on");
    set(reader, "work_mem to '5MB'");
    set(reader, "temp_tablespaces to fast, \"Not So Fast\"");
    settings = source.query(SETTINGS);
    assertThat(settings)
        .containsExactlyInAnyOrder(
            reader + " work_mem=5MB",
            reader + " temp_tablespaces=fast, \"Not So Fast\"",
            source.role() + " default_transaction_read_only=on",
            source.role() + " search_path=billing, \"$user\"");
  }

  private void set(String role, String setting) {
    source.asSuperuser(
        "alter role %s in database %s set %s".formatted(role, source.name(), setting));
  }

  @Test
  @DisplayName("come back in a new database and in place, and do not hinder the restore itself")
  void back() {
    Manifest manifest = workshop.backUp(source.access());
    assertThat(manifest.source().properties().connectionLimit()).isEqualTo(7);
    assertThat(manifest.source().properties().roleSettings())
        .contains(new RoleSetting(reader, "work_mem=5MB"));
    assertThat(manifest.source().properties().roles())
        .extracting(Manifest.Role::name)
        .as("one that only has settings in it is not needed for a restore")
        .doesNotContain(reader);
    String copy = source.name() + "_copy";
    String kept = source.name() + "_kept";
    String superuser = Shared.secondPostgres().user();

    workshop.restore(
        manifest, source.access(superuser, Shared.secondPostgres().password()), copy, "unused");
    source.asSuperuser("alter database %s connection limit 3".formatted(source.name()));
    source.asSuperuser("comment on database %s is null".formatted(source.name()));
    source.asSuperuser("alter role %s in database %s reset all".formatted(reader, source.name()));
    workshop.restore(
        manifest, source.access(superuser, Shared.secondPostgres().password()), null, kept);

    assertThat(source.query(copy, SETTINGS)).isEqualTo(settings);
    assertThat(source.query(copy, LIMIT)).containsExactly("7");
    assertThat(source.query(copy, COMMENT)).containsExactly(REMARK);
    assertThat(source.query(COMMENT)).containsExactly(REMARK);
    assertThat(source.query(SETTINGS)).isEqualTo(settings);
    assertThat(source.query(LIMIT)).containsExactly("7");
    assertThat(source.query(kept, LIMIT)).as("as it was").containsExactly("3");
    assertThat(source.query(kept, SETTINGS)).doesNotContain(reader + " work_mem=5MB");
  }

  @Test
  @DisplayName("come back as far as the role of the restore may set them, and never without rows")
  void asFarAsMayBe() {
    Manifest manifest = workshop.backUp(source.access());
    String copy = source.name() + "_copy";

    workshop.restore(manifest, source.access(), copy, "unused");

    assertThat(source.query(copy, LIMIT)).containsExactly("7");
    assertThat(source.query(copy, COMMENT)).containsExactly(REMARK);
    assertThat(source.query(copy, SETTINGS))
        .as("its own; that of the reader takes CREATEROLE")
        .hasSize(2)
        .allMatch(setting -> setting.startsWith(source.role()));
    assertThat(source.query(copy, "select count(*)::text from items")).containsExactly("20");
  }

  @Test
  @DisplayName("never cost a restore that is loaded and compared: what the server refuses is named")
  void refused() throws IOException {
    String manifest =
        new String(ManifestJson.write(workshop.backUp(source.access())), StandardCharsets.UTF_8)
            .replace("work_mem=5MB", "lc_messages=nowhere_NO.UTF-8")
            .replace("search_path=billing", "search_path=; drop");
    String copy = source.name() + "_copy";

    Restored restored =
        workshop.restore(
            ManifestJson.read(new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8))),
            source.access(Shared.secondPostgres().user(), Shared.secondPostgres().password()),
            copy,
            "unused");

    assertThat(restored.notSet())
        .containsExactlyInAnyOrder(
            "lc_messages of role %s: the server refuses it (SQLSTATE 22023)".formatted(reader),
            "a setting of role %s: the manifest of the backup has the setting search_path;"
                    .formatted(source.role())
                + " expected names in it, separated by commas");
    assertThat(source.query(copy, SETTINGS)).hasSize(2);
    assertThat(source.query(copy, "select count(*)::text from items")).containsExactly("20");
  }

  @Test
  @DisplayName("do not hinder it where the database itself says that nothing is to be written")
  void readOnly() {
    source.asSuperuser(
        "alter database %s set default_transaction_read_only to on".formatted(source.name()));
    Manifest manifest = workshop.backUp(source.access());
    String copy = source.name() + "_copy";

    Restored restored = workshop.restore(manifest, source.access(), copy, "unused");

    assertThat(restored.into()).isEqualTo(copy);
    assertThat(source.query(copy, "show default_transaction_read_only")).containsExactly("on");
    assertThat(source.query(copy, "select count(*)::text from items")).containsExactly("20");
    assertThat(workshop.drill(manifest, folder.resolve("drills"))).isInstanceOf(Proved.class);
  }

  @Test
  @DisplayName("cost no backup where the comment is in the encoding of another database")
  void commentOfAnotherEncoding() throws SQLException {
    String latin = source.name() + "_latin";
    source.asSuperuser(
        "create database %s encoding 'LATIN1' locale 'C' template template0".formatted(latin));
    try (Connection connection = Shared.secondPostgres().connect(latin);
        var statement = connection.createStatement()) {
      statement.execute("comment on database %s is 'für alle'".formatted(source.name()));
    }

    Manifest manifest = workshop.backUp(source.access());

    assertThat(manifest.source().properties().comment()).isNull();
    assertThat(manifest.notes())
        .singleElement()
        .asString()
        .startsWith("the comment of the database is left out");
  }

  @Test
  @DisplayName("are absent from a manifest where there are none, as in older ones")
  void absent() {
    SourceDatabase plain = SourceDatabase.createInSecondLane("unlimited").withOrders(1);

    Manifest manifest = workshop.backUp(plain.access());

    assertThat(manifest.source().properties().connectionLimit()).isNull();
    assertThat(manifest.source().properties().roleSettings()).isNull();
    assertThat(manifest.source().properties().comment()).isNull();
  }
}
