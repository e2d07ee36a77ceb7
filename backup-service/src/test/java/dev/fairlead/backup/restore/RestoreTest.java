package dev.fairlead.backup.restore;

import static dev.fairlead.backup.restore.OwnDatabase.End.DROPPED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.restore.RestorePipeline.Restored;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.Buckets;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Arrays;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@InSecondLane
class RestoreTest {

  private static final String SCHEMA =
      """
      select string_agg(line, E'\\n' order by line) from (
        select format('%s owner=%s acl=%s', c.oid::regclass, pg_get_userbyid(c.relowner), c.relacl) line
          from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname in ('public', 'billing')) lines
      """;

  private static final String PROPERTIES =
      "select pg_get_userbyid(datdba) || array(select unnest(datacl)::text order by 1)::text || coalesce((select setconfig::text from"
          + " pg_db_role_setting where setdatabase = d.oid), '') from pg_database d where datname = '%s'";

  @TempDir Path folder;

  @BeforeEach
  void neighbours() {
    Neighbours.require("postgres", "pg_dump");
  }

  @Test
  void inPlaceTheOldDatabaseIsKeptAndOwnersGrantsAndSettingsComeBack() throws Exception {
    SourceDatabase source = SourceDatabase.createInSecondLane("inplace").withOrders(300);
    source.asSuperuser("create role reader_of_%s".formatted(source.name()));
    source.sql("grant select on billing.orders to reader_of_%s".formatted(source.name()));
    source.asSuperuser(
        "grant connect on database %s to reader_of_%s".formatted(source.name(), source.name()));
    source.asSuperuser(
        "alter database %s set search_path to billing, public".formatted(source.name()));
    String schema = source.query(SCHEMA).toString();
    String properties = properties(source, source.name());
    Workshop workshop = new Workshop(new DiskStore("disk", folder));
    Manifest manifest = workshop.backUp(source.access());
    source.sql("drop table public.items");
    DatabaseIdentity replaced;
    try (Connection server = Shared.secondPostgres().connect("postgres")) {
      replaced = DatabaseIdentity.of(server, source.name()).orElseThrow();
    }

    Restored restored;
    try (Connection _ = connected(source)) {
      restored = workshop.restore(manifest, superuser(source), null, source.name() + "_before");
    }

    assertThat(restored.into()).isEqualTo(source.name());
    assertThat(restored.keptAs()).isEqualTo(source.name() + "_before");
    assertThat(restored.kept()).isEqualTo(replaced);
    assertThat(restored.store()).isEqualTo("disk");
    assertThat(source.query("select count(*)::text from public.items")).containsExactly("300");
    assertThat(source.query(SCHEMA).toString()).isEqualTo(schema);
    assertThat(properties(source, source.name())).isEqualTo(properties);
    assertThat(source.databases()).containsExactly(source.name(), source.name() + "_before");
  }

  private static DatabaseAccess superuser(SourceDatabase source) {
    return source.access(Shared.secondPostgres().user(), Shared.secondPostgres().password());
  }

  private static String properties(SourceDatabase source, String database) {
    return source.query("postgres", PROPERTIES.formatted(database)).getFirst();
  }

  /** An application that was not stopped: its session is ended. */
  private static Connection connected(SourceDatabase source) throws Exception {
    Properties login = new Properties();
    login.setProperty("user", source.role());
    login.setProperty("password", SourceDatabase.password());
    return DriverManager.getConnection(Shared.secondPostgres().jdbcUrl(source.name()), login);
  }

  @Test
  void aCorruptLocalCopyIsReportedAndTheNextStoreIsUsed() throws IOException {
    SourceDatabase source = SourceDatabase.createInSecondLane("corrupt").withOrders(300);
    Workshop workshop = new Workshop(new DiskStore("disk", folder), Buckets.store());
    Manifest manifest = workshop.backUp(source.access());
    flipOneBit(archive(manifest));

    Restored restored =
        workshop.restore(manifest, source.access(), source.name() + "_copy", "unused");

    assertThat(restored.store()).isEqualTo("s3");
    assertThat(workshop.corrupted()).singleElement().asString().startsWith("disk has sha256 ");
    assertThat(source.query(restored.into(), "select count(*)::text from public.items"))
        .containsExactly("300");
  }

  @Test
  void whenNoCopyIsWholeTheOriginalStaysAsItWas() throws IOException {
    SourceDatabase source = SourceDatabase.createInSecondLane("nocopy").withOrders(100);
    Workshop workshop = new Workshop(new DiskStore("disk", folder));
    Manifest manifest = workshop.backUp(source.access());
    Path archive = archive(manifest);
    byte[] whole = Files.readAllBytes(archive);
    Files.write(archive, Arrays.copyOf(whole, whole.length / 2));

    assertThatThrownBy(() -> workshop.restore(manifest, source.access(), null, "unused"))
        .hasMessageContaining("no store has a copy that can be read")
        .hasMessageContaining("its manifest says");

    assertThat(source.databases()).containsExactly(source.name());
    assertThat(source.query("select count(*)::text from public.items")).containsExactly("100");
  }

  @Test
  void aNewDatabaseIsNotWrittenOverAnother() {
    SourceDatabase source = SourceDatabase.createInSecondLane("taken").withOrders(10);
    Workshop workshop = new Workshop(new DiskStore("disk", folder));
    Manifest manifest = workshop.backUp(source.access());

    assertThatThrownBy(() -> workshop.restore(manifest, source.access(), source.name(), "unused"))
        .hasMessage("database %s exists already".formatted(source.name()));
    assertThat(source.databases()).containsExactly(source.name());
  }

  @Test
  void aDatabaseThatWasDroppedIsBroughtBack() {
    SourceDatabase source = SourceDatabase.createInSecondLane("dropped").withOrders(50);
    Workshop workshop = new Workshop(new DiskStore("disk", folder));
    Manifest manifest = workshop.backUp(source.access());
    source.asSuperuser("drop database " + source.name());

    Restored restored = workshop.restore(manifest, source.access(), null, "unused");

    assertThat(restored.keptAs()).isNull();
    assertThat(source.query("select count(*)::text from public.items")).containsExactly("50");
  }

  @Test
  void ofASingleTableTheRowsComeBackWithOwnersGrantsAndIndexes() {
    SourceDatabase source = SourceDatabase.createInSecondLane("single").withOrders(70);
    source.sql("create index orders_by_state on billing.orders (state)");
    source.sql("create materialized view totals as select sum(total) from billing.orders");
    Workshop workshop = new Workshop(new DiskStore("disk", folder));
    Manifest manifest = workshop.backUp(source.access());
    String copy = source.name() + "_copy";

    workshop.restoreTable(manifest, source.access(), copy, "billing.orders");

    assertThat(source.query(copy, "select count(*)::text from billing.orders"))
        .containsExactly("70");
    assertThat(source.query(copy, "select count(*)::text from public.items")).containsExactly("0");
    assertThat(source.query(copy, SCHEMA)).isEqualTo(source.query(SCHEMA));
    String indexes =
        "select indexname::text from pg_indexes where schemaname = 'billing' order by 1";
    assertThat(source.query(copy, indexes)).isEqualTo(source.query(indexes)).hasSize(2);
  }

  @Test
  void inPlaceAnotherServersDatabaseOfThatNameIsNotReplaced() {
    SourceDatabase source = SourceDatabase.createInSecondLane("foreign").withOrders(10);
    Workshop workshop = new Workshop(new DiskStore("disk", folder));
    Manifest manifest = ofServer("42", workshop.backUp(superuser(source)));

    assertThatThrownBy(() -> workshop.restore(manifest, superuser(source), null, "unused"))
        .isInstanceOf(BackupFailure.class)
        .hasMessageContaining("is of server 42; behind 127.0.0.1:")
        .extracting(failure -> ((BackupFailure) failure).advice())
        .asString()
        .contains("--into NAME");
    assertThat(source.databases()).containsExactly(source.name());
  }

  @Test
  void aRoleThatMayNotReadTheControlFileRestoresAllTheSame() {
    SourceDatabase source = SourceDatabase.createInSecondLane("unread").withOrders(20);
    Workshop workshop = new Workshop(new DiskStore("disk", folder));
    Manifest manifest = workshop.backUp(source.access());
    String before = source.name() + "_before";
    source.asSuperuser("revoke execute on function pg_control_system() from public");
    try {
      workshop.restore(manifest, source.access(), source.name() + "_copy", "unused");
      Restored inPlace = workshop.restore(manifest, source.access(), null, before);

      assertThat(inPlace.kept()).extracting(DatabaseIdentity::server).isNull();
      assertThat(new OwnDatabase(before, null, "42").drop(source.access())).isEqualTo(DROPPED);
    } finally {
      source.asSuperuser("grant execute on function pg_control_system() to public");
    }
    assertThat(source.databases()).containsExactly(source.name(), source.name() + "_copy");
  }

  private static Manifest ofServer(String systemIdentifier, Manifest manifest) {
    Manifest.Source source = manifest.source();
    return new Manifest(
        manifest.format(),
        manifest.backup(),
        manifest.database(),
        manifest.deployment(),
        manifest.requestedAt(),
        manifest.completedAt(),
        new Manifest.Source(
            source.name(),
            source.oid(),
            systemIdentifier,
            source.serverVersion(),
            source.serverVersionNumber(),
            source.snapshotAt(),
            source.lsn(),
            source.properties()),
        manifest.archive(),
        manifest.tables(),
        manifest.tools(),
        manifest.retentionClass(),
        manifest.otherContent(),
        null,
        null,
        null,
        null);
  }

  private Path archive(Manifest manifest) {
    BackupKeys keys = new BackupKeys(manifest.database(), manifest.backup());
    return folder.resolve(keys.archive(manifest.archive().name()));
  }

  private static void flipOneBit(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }
}
