package dev.fairlead.deployer.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.deployer.migration.Migration.Compatibility;
import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Migrations")
class MigrationsTest {

  @TempDir private Path folder;
  private final Migrations migrations = new Migrations(Duration.ofMillis(200));
  private final Shared.Database database = database();

  @Test
  @DisplayName("are listed with what they mean for a rollback, without touching the database")
  void listed() throws Exception {
    script("V1__orders.sql", "-- fairlead: compatible\ncreate table orders (id int);");
    script("V2__rename.sql", "\n--Fairlead:  INCOMPATIBLE \nalter table orders rename to sales;");
    script("V3__forgotten.sql", "select 1; -- fairlead: compatible");

    List<Migration> pending = migrations.pending(folder, access());

    assertThat(pending)
        .containsExactly(
            new Migration("1", "orders", "V1__orders.sql", Compatibility.COMPATIBLE),
            new Migration("2", "rename", "V2__rename.sql", Compatibility.INCOMPATIBLE),
            new Migration("3", "forgotten", "V3__forgotten.sql", Compatibility.UNDECLARED));
    assertThat(pending).extracting(Migration::compatible).containsExactly(true, false, false);
    assertThat(query("select count(*) from pg_tables where schemaname = 'public'")).isEqualTo("0");
  }

  @Test
  @DisplayName("are run once and remembered in their own table")
  void once() throws Exception {
    script("V1__orders.sql", "create table orders (id int); insert into orders values (1);");

    MigrationResult first = migrations.migrate(folder, access());
    MigrationResult second = migrations.migrate(folder, access());

    assertThat(first)
        .isEqualTo(
            new MigrationResult.Applied(
                List.of(new Migration("1", "orders", "V1__orders.sql", Compatibility.UNDECLARED))));
    assertThat(second).isEqualTo(new MigrationResult.Applied(List.of()));
    assertThat(query("select count(*) from orders")).isEqualTo("1");
    assertThat(query("select script from fairlead_migrations where success"))
        .isEqualTo("V1__orders.sql");
  }

  @Test
  @DisplayName("are run once when two deployers run them at a time")
  void concurrently() throws Exception {
    script(
        "V1__orders.sql",
        "create table orders (id int); select pg_sleep(1); insert into orders values (1);");
    Callable<MigrationResult> migrate =
        () -> new Migrations(Duration.ofSeconds(5)).migrate(folder, access());

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<MigrationResult> result : threads.invokeAll(List.of(migrate, migrate, migrate))) {
        assertThat(result.get()).isInstanceOf(MigrationResult.Applied.class);
      }
    }
    assertThat(query("select count(*) from orders")).isEqualTo("1");
  }

  @Test
  @DisplayName("are left alone that a newer release brought")
  void olderRelease() throws Exception {
    script("V1__orders.sql", "create table orders (id int);");
    script("V2__customers.sql", "create table customers (id int);");
    migrations.migrate(folder, access());
    Files.delete(folder.resolve("V2__customers.sql"));

    assertThat(migrations.migrate(folder, access()))
        .isEqualTo(new MigrationResult.Applied(List.of()));
  }

  @Test
  @DisplayName("begin with the first one on a database that has tables already")
  void existingDatabase() throws Exception {
    execute("create table legacy (id int)");
    script("V1__orders.sql", "create table orders (id int);");

    assertThat(migrations.migrate(folder, access())).isInstanceOf(MigrationResult.Applied.class);
    assertThat(query("select count(*) from orders")).isEqualTo("0");
  }

  @Test
  @DisplayName("may hold dollars and braces, and indexes built concurrently")
  void verbatim() throws Exception {
    script("V1__orders.sql", "create table orders (note text default '${nothing}');");
    script("V2__index.sql", "create index concurrently orders_note on orders (note);");

    assertThat(migrations.migrate(folder, access())).isInstanceOf(MigrationResult.Applied.class);
  }

  @Test
  @DisplayName("that fail half-way say what was applied, what failed where, and leave no trace")
  void failure() throws Exception {
    script("V1__orders.sql", "create table orders (id int);");
    script("V2__broken.sql", "create table half (id int);\n\ninsert into nowhere values (1);");
    script("V3__never.sql", "create table never (id int);");

    MigrationResult result = migrations.migrate(folder, access());

    assertThat(result).isInstanceOf(MigrationResult.Failed.class);
    MigrationResult.Failed failed = (MigrationResult.Failed) result;
    assertThat(failed.applied()).extracting(Migration::script).containsExactly("V1__orders.sql");
    assertThat(failed.failed()).isEqualTo("V2__broken.sql");
    assertThat(failed.reason())
        .isEqualTo("ERROR: relation \"nowhere\" does not exist (SQL state 42P01, line 3)");
    assertThat(failed.advice()).isEqualTo("correct the script and deploy again");
    assertThat(query("select to_regclass('half')")).isNull();
    assertThat(migrations.pending(folder, access()))
        .extracting(Migration::version)
        .containsExactly("2", "3");
  }

  @Test
  @DisplayName("that were committed are told as applied, also when a connection was lost meanwhile")
  void answerLost() throws Exception {
    script(
        "V1__orders.sql",
        """
        create table orders (id int);
        select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'fairlead-migration'
          and datname = current_database() and pid <> pg_backend_pid();
        """);

    MigrationResult result = migrations.migrate(folder, access());

    assertThat(migrations.pending(folder, access())).isEmpty();
    assertThat(query("select count(*) from orders")).isEqualTo("0");
    assertThat(result).isInstanceOf(MigrationResult.Applied.class);
  }

  @Test
  @DisplayName("that fail outside of a transaction say that they left traces")
  void failureWithTraces() throws Exception {
    script("V1__orders.sql", "create table orders (id int); insert into orders values (1), (1);");
    script("V2__index.sql", "create unique index concurrently one on orders (id);");

    MigrationResult.Failed failed = (MigrationResult.Failed) migrations.migrate(folder, access());

    assertThat(failed.applied()).extracting(Migration::script).containsExactly("V1__orders.sql");
    assertThat(failed.failed()).isEqualTo("V2__index.sql");
    assertThat(failed.reason()).contains("could not create unique index");
    assertThat(failed.advice()).contains("may have left traces").contains("fairlead_migrations");
  }

  @Test
  @DisplayName("that fail outside of a transaction, as the first of all, have not changed nothing")
  void tracesOfTheFirst() throws Exception {
    script("V1__orders.sql", "create table orders (id int); insert into orders values (1), (1);");
    migrations.migrate(folder, access());
    script("V2__index.sql", "create unique index concurrently one on orders (id);");

    MigrationResult.Failed failed = (MigrationResult.Failed) migrations.migrate(folder, access());

    assertThat(failed.applied()).isEmpty();
    assertThat(failed.changedNothing()).as("an invalid index is left").isFalse();
  }

  @Test
  @DisplayName("give up on a locked table instead of queueing requests behind them")
  void lockTimeout() throws Exception {
    execute("create table orders (id int)");
    script("V1__orders.sql", "alter table orders add column note text;");
    try (Connection application = connect();
        Statement statement = application.createStatement()) {
      application.setAutoCommit(false);
      statement.execute("select * from orders");

      MigrationResult.Failed failed = (MigrationResult.Failed) migrations.migrate(folder, access());

      assertThat(failed.reason()).contains("canceling statement due to lock timeout");
      assertThat(failed.advice()).contains("end long transactions");
      assertThat(failed.changedNothing()).isTrue();
    }
    assertThat(migrations.migrate(folder, access())).isInstanceOf(MigrationResult.Applied.class);
  }

  @Test
  @DisplayName("are refused when an applied script was changed")
  void changed() throws Exception {
    script("V1__orders.sql", "create table orders (id int);");
    migrations.migrate(folder, access());
    script("V1__orders.sql", "create table orders (id bigint);");
    script("V2__more.sql", "create table more (id bigint);");

    MigrationResult.Failed failed = (MigrationResult.Failed) migrations.migrate(folder, access());

    assertThat(failed.reason()).contains("checksum mismatch for migration version 1");
    assertThat(failed.advice()).startsWith("put back the script as it was applied");
  }

  @Test
  @DisplayName("that cannot be listed say why, and never the password")
  void unreadable() throws Exception {
    script("V1__orders.sql", "create table orders (id int);");
    DatabaseAccess nowhere =
        new DatabaseAccess(
            database.jdbcUrl().replace(database.name(), "nothing"),
            database.user(),
            database::password);
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

    assertThat(migrations.pending(absent, access())).isEmpty();
    assertThat(migrations.migrate(absent, access()))
        .isEqualTo(new MigrationResult.Applied(List.of()));
  }

  private static Shared.Database database() {
    Neighbours.require("postgres");
    return Shared.freshDatabase("migrations");
  }

  private void script(String name, String sql) throws IOException {
    Files.writeString(folder.resolve(name), sql);
  }

  private DatabaseAccess access() {
    return new DatabaseAccess(database.jdbcUrl(), database.user(), database::password);
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String query(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
