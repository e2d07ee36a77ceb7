package dev.fairlead.deployer.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.fairlead.deployer.migration.Migration.Compatibility;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Migrations")
class MigrationsTest {

  private final Migrations migrations = new Migrations(Duration.ofMillis(200));
  private final Path folder;
  private final MigratedDatabase database;

  MigrationsTest(@TempDir Path folder) {
    this.folder = folder;
    this.database = new MigratedDatabase(folder);
  }

  @Test
  @DisplayName("are listed with what they mean for a rollback, without touching the database")
  void listed() throws Exception {
    database.script("V1__orders.sql", "-- fairlead: compatible\ncreate table orders (id int);");
    database.script(
        "V2__rename.sql", "\n--Fairlead:  INCOMPATIBLE \nalter table orders rename to sales;");
    database.script("V3__forgotten.sql", "select 1; -- fairlead: compatible");

    List<Migration> pending = migrations.pending(folder, database.access());

    assertThat(pending)
        .extracting(
            Migration::version, Migration::description, Migration::script, Migration::compatibility)
        .containsExactly(
            tuple("1", "orders", "V1__orders.sql", Compatibility.COMPATIBLE),
            tuple("2", "rename", "V2__rename.sql", Compatibility.INCOMPATIBLE),
            tuple("3", "forgotten", "V3__forgotten.sql", Compatibility.UNDECLARED));
    assertThat(pending).extracting(Migration::compatible).containsExactly(true, false, false);
    assertThat(database.query("select count(*) from pg_tables where schemaname = 'public'"))
        .isEqualTo("0");
  }

  @Test
  @DisplayName("are run once and remembered in their own table")
  void once() throws Exception {
    database.script(
        "V1__orders.sql", "create table orders (id int); insert into orders values (1);");

    List<Migration> pending = migrations.pending(folder, database.access());
    MigrationResult first = database.migrate(migrations);
    MigrationResult second = database.migrate(migrations);

    assertThat(pending).extracting(Migration::script).containsExactly("V1__orders.sql");
    assertThat(first).isEqualTo(new MigrationResult.Applied(pending));
    assertThat(second).isEqualTo(new MigrationResult.Applied(List.of()));
    assertThat(database.query("select count(*) from orders")).isEqualTo("1");
    assertThat(database.query("select script from fairlead_migrations where success"))
        .isEqualTo("V1__orders.sql");
  }

  @Test
  @DisplayName("are run once when two deployers run them at a time")
  void concurrently() throws Exception {
    database.script(
        "V1__orders.sql",
        "create table orders (id int); select pg_sleep(1); insert into orders values (1);");
    Callable<MigrationResult> migrate =
        () -> database.migrate(new Migrations(Duration.ofSeconds(5)));

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<MigrationResult> result : threads.invokeAll(List.of(migrate, migrate, migrate))) {
        assertThat(result.get()).isInstanceOf(MigrationResult.Applied.class);
      }
    }
    assertThat(database.query("select count(*) from orders")).isEqualTo("1");
  }

  @Test
  @DisplayName("are left alone that a newer release brought")
  void olderRelease() throws Exception {
    database.script("V1__orders.sql", "create table orders (id int);");
    database.script("V2__customers.sql", "create table customers (id int);");
    database.migrate(migrations);
    Files.delete(folder.resolve("V2__customers.sql"));

    assertThat(database.migrate(migrations)).isEqualTo(new MigrationResult.Applied(List.of()));
  }

  @Test
  @DisplayName("begin with the first one on a database that has tables already")
  void existingDatabase() throws Exception {
    database.execute("create table legacy (id int)");
    database.script("V1__orders.sql", "create table orders (id int);");

    assertThat(database.migrate(migrations)).isInstanceOf(MigrationResult.Applied.class);
    assertThat(database.query("select count(*) from orders")).isEqualTo("0");
  }

  @Test
  @DisplayName("may hold dollars and braces, and indexes built concurrently")
  void verbatim() throws Exception {
    database.script("V1__orders.sql", "create table orders (note text default '${nothing}');");
    database.script("V2__index.sql", "create index concurrently orders_note on orders (note);");

    assertThat(database.migrate(migrations)).isInstanceOf(MigrationResult.Applied.class);
  }

  @Test
  @DisplayName("that fail half-way say what was applied, what failed where, and leave no trace")
  void failure() throws Exception {
    database.script("V1__orders.sql", "create table orders (id int);");
    database.script(
        "V2__broken.sql", "create table half (id int);\n\ninsert into nowhere values (1);");
    database.script("V3__never.sql", "create table never (id int);");

    MigrationResult result = database.migrate(migrations);

    assertThat(result).isInstanceOf(MigrationResult.Failed.class);
    MigrationResult.Failed failed = (MigrationResult.Failed) result;
    assertThat(failed.applied()).extracting(Migration::script).containsExactly("V1__orders.sql");
    assertThat(failed.failed()).isEqualTo("V2__broken.sql");
    assertThat(failed.reason())
        .isEqualTo("ERROR: relation \"nowhere\" does not exist (SQL state 42P01, line 3)");
    assertThat(failed.advice()).isEqualTo("correct the script and deploy again");
    assertThat(database.query("select to_regclass('half')")).isNull();
    assertThat(migrations.pending(folder, database.access()))
        .extracting(Migration::version)
        .containsExactly("2", "3");
  }

  @Test
  @DisplayName("that fail outside of a transaction say that they left traces")
  void failureWithTraces() throws Exception {
    database.script(
        "V1__orders.sql", "create table orders (id int); insert into orders values (1), (1);");
    database.script("V2__index.sql", "create unique index concurrently one on orders (id);");

    MigrationResult.Failed failed = (MigrationResult.Failed) database.migrate(migrations);

    assertThat(failed.applied()).extracting(Migration::script).containsExactly("V1__orders.sql");
    assertThat(failed.failed()).isEqualTo("V2__index.sql");
    assertThat(failed.reason()).contains("could not create unique index");
    assertThat(failed.advice()).contains("may have left traces").contains("fairlead_migrations");
  }

  @Test
  @DisplayName("that fail outside of a transaction, as the first of all, have not changed nothing")
  void tracesOfTheFirst() throws Exception {
    database.script(
        "V1__orders.sql", "create table orders (id int); insert into orders values (1), (1);");
    database.migrate(migrations);
    database.script("V2__index.sql", "create unique index concurrently one on orders (id);");

    MigrationResult.Failed failed = (MigrationResult.Failed) database.migrate(migrations);

    assertThat(failed.applied()).isEmpty();
    assertThat(failed.changedNothing()).as("an invalid index is left").isFalse();
  }

  @Test
  @DisplayName("are refused when an applied script was changed")
  void changed() throws Exception {
    database.script("V1__orders.sql", "create table orders (id int);");
    database.migrate(migrations);
    database.script("V1__orders.sql", "create table orders (id bigint);");
    database.script("V2__more.sql", "create table more (id bigint);");

    MigrationResult.Failed failed = (MigrationResult.Failed) database.migrate(migrations);

    assertThat(failed.reason()).contains("checksum mismatch for migration version 1");
    assertThat(failed.advice()).startsWith("put back the script as it was applied");
    assertThat(failed.changedNothing()).isTrue();
  }

  @Test
  @DisplayName("that would silently not run, or differ from what was applied, make no plan")
  void unfit() throws Exception {
    database.script("V1__orders.sql", "create table orders (id int);");
    database.script("V2__customers.sql", "create table customers (id int);");
    database.script("R__view.sql", "create or replace view numbers as select id from orders;");
    database.migrate(migrations);
    database.script("V1.5__late.sql", "create table late (id int);");
    database.script("V1__orders.sql", "create table orders (id bigint);");
    database.script("V3__next.sql", "create table next (id int);");

    assertThatThrownBy(() -> migrations.pending(folder, database.access()))
        .isInstanceOf(UnfitMigrations.class)
        .hasMessageContaining(
            "V1.5__late.sql is not applied and never would be, since version 2 above it is")
        .hasMessageContaining("V1__orders.sql is not what was applied under its version")
        .extracting(refused -> ((UnfitMigrations) refused).advice())
        .asString()
        .isEqualTo(
            "give V1.5__late.sql a version above 2; put back V1__orders.sql as it was applied, and the change into a script of a new version");

    Files.delete(folder.resolve("V1.5__late.sql"));
    database.script("V1__orders.sql", "create table orders (id int);");
    database.script("R__view.sql", "create or replace view numbers as select 1 as id;");
    assertThat(migrations.pending(folder, database.access()))
        .extracting(Migration::script)
        .containsExactly("V3__next.sql", "R__view.sql");
  }

  @Test
  @DisplayName("that left traces make no plan until somebody has undone them")
  void tracesPlanned() throws Exception {
    database.script("V1__index.sql", "create unique index concurrently one on nowhere (id);");
    database.migrate(migrations);

    assertThatThrownBy(() -> migrations.pending(folder, database.access()))
        .isInstanceOf(UnfitMigrations.class)
        .hasMessageContaining("V1__index.sql failed there before")
        .extracting(refused -> ((UnfitMigrations) refused).advice())
        .asString()
        .isEqualTo(
            "undo by hand what V1__index.sql left, and delete its row from fairlead_migrations");
  }

  @Test
  @DisplayName("run nothing else of their folder before it was looked at")
  void callbacks() throws Exception {
    database.script("V1__orders.sql", "create table orders (id int);");
    for (String callback : List.of("beforeInfo", "afterInfo", "beforeValidate", "afterValidate")) {
      database.script(callback + ".sql", "create table if not exists seen (id int);");
    }

    migrations.pending(folder, database.access());

    assertThat(database.query("select to_regclass('seen')")).isNull();
  }

  @Test
  @DisplayName("are remembered by their database, until it is restored to a backup from before")
  void remembered() throws Exception {
    assertThat(migrations.remembered(database.access())).isEmpty();
    database.script("V1__orders.sql", "create table orders (id int);");
    database.script("V2__index.sql", "create unique index concurrently one on nowhere (id);");
    database.migrate(migrations);

    assertThat(migrations.remembered(database.access()))
        .contains("V1__orders.sql", "V2__index.sql");
    database.execute("drop table orders, fairlead_migrations");
    assertThat(migrations.remembered(database.access())).isEmpty();
  }

  @Test
  @DisplayName("that cannot be listed say why, and never the password")
  void unreadable() throws Exception {
    database.script("V1__orders.sql", "create table orders (id int);");
    DatabaseAccess nowhere =
        new DatabaseAccess(
            database.jdbcUrl().replace(database.name(), "nothing"),
            database.user(),
            database.access().password());
    DatabaseAccess locked =
        new DatabaseAccess(database.jdbcUrl(), database.user(), () -> "canary-secret");

    assertThatThrownBy(() -> migrations.pending(folder, nowhere))
        .isInstanceOf(MigrationsUnreadable.class)
        .hasMessageContaining("database \"nothing\" does not exist")
        .hasMessageContaining("create the database, or correct its name");
    assertThatThrownBy(() -> migrations.pending(folder, locked))
        .isInstanceOf(MigrationsUnreadable.class)
        .hasMessageContaining("check the user and the password's secret reference")
        .hasMessageNotContaining("canary-secret");
    assertThatThrownBy(
            () ->
                new DatabaseAccess(database.jdbcUrl() + "?password=canary-secret", "me", () -> ""))
        .hasMessageNotContaining("canary-secret")
        .hasMessageContaining("move it to a secret reference");
  }

  @Test
  @DisplayName("are none where there is no folder for them")
  void none() throws Exception {
    Path absent = folder.resolve("migrations");

    assertThat(migrations.pending(absent, database.access())).isEmpty();
    assertThat(
            migrations.migrate(
                absent, database.access(), Map.of(), Duration.ofMinutes(5), new MarkInMemory()))
        .isEqualTo(new MigrationResult.Applied(List.of()));
  }

  @Test
  @DisplayName("are run only as they were planned")
  void planned() throws Exception {
    database.script("V1__orders.sql", "create table orders (id int);");
    database.script("V2__more.sql", "create table more (id int);");
    Map<String, String> planned = database.fingerprints(migrations);
    database.script("V2__more.sql", "drop table orders;");
    database.script("V3__evil.sql", "drop table orders;");

    MigrationResult.Failed failed =
        (MigrationResult.Failed) database.migrate(migrations, planned, new MarkInMemory());

    assertThat(failed.changedNothing()).isTrue();
    assertThat(failed.reason())
        .contains("the SHA-256 of V2__more.sql is no longer")
        .contains("the plan does not have V3__evil.sql");
    assertThat(failed.advice()).startsWith("put the planned scripts back, or deploy again");
    assertThat(database.query("select count(*) from pg_tables where tablename = 'orders'"))
        .isEqualTo("0");
    Files.delete(folder.resolve("V3__evil.sql"));
    database.script("V2__more.sql", "create table more (id int);");
    assertThat(database.migrate(migrations, planned, new MarkInMemory()))
        .isInstanceOf(MigrationResult.Applied.class);
  }

  @Test
  @DisplayName("are known by what they run: their text, their settings, and what runs with them")
  void fingerprint() throws Exception {
    database.script("V1__orders.sql", "create table orders (id int);");
    Map<String, String> alone = database.fingerprints(migrations);
    assertThat(alone)
        .containsEntry(
            "V1__orders.sql", "1e710077e0af287bfe1f28aee37a7b9bf0976e16d55a1b20fffeb0b011827eb5");

    database.script("V1__orders.sql.conf", "executeInTransaction=false");
    Map<String, String> configured = database.fingerprints(migrations);
    database.script("beforeMigrate.sql", "drop table customers;");

    assertThat(configured).isNotEqualTo(alone);
    assertThat(database.fingerprints(migrations)).isNotEqualTo(configured).isNotEqualTo(alone);
  }
}
