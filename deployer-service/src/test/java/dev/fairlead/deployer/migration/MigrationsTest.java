package dev.fairlead.deployer.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

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
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
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
        .extracting(
            Migration::version, Migration::description, Migration::script, Migration::compatibility)
        .containsExactly(
            tuple("1", "orders", "V1__orders.sql", Compatibility.COMPATIBLE),
            tuple("2", "rename", "V2__rename.sql", Compatibility.INCOMPATIBLE),
            tuple("3", "forgotten", "V3__forgotten.sql", Compatibility.UNDECLARED));
    assertThat(pending).extracting(Migration::compatible).containsExactly(true, false, false);
    assertThat(query("select count(*) from pg_tables where schemaname = 'public'")).isEqualTo("0");
  }

  @Test
  @DisplayName("are run once and remembered in their own table")
  void once() throws Exception {
    script("V1__orders.sql", "create table orders (id int); insert into orders values (1);");

    List<Migration> pending = migrations.pending(folder, access());
    MigrationResult first = migrate(migrations, folder);
    MigrationResult second = migrate(migrations, folder);

    assertThat(pending).extracting(Migration::script).containsExactly("V1__orders.sql");
    assertThat(first).isEqualTo(new MigrationResult.Applied(pending));
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
        () -> migrate(new Migrations(Duration.ofSeconds(5)), folder);

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
    migrate(migrations, folder);
    Files.delete(folder.resolve("V2__customers.sql"));

    assertThat(migrate(migrations, folder)).isEqualTo(new MigrationResult.Applied(List.of()));
  }

  @Test
  @DisplayName("begin with the first one on a database that has tables already")
  void existingDatabase() throws Exception {
    execute("create table legacy (id int)");
    script("V1__orders.sql", "create table orders (id int);");

    assertThat(migrate(migrations, folder)).isInstanceOf(MigrationResult.Applied.class);
    assertThat(query("select count(*) from orders")).isEqualTo("0");
  }

  @Test
  @DisplayName("may hold dollars and braces, and indexes built concurrently")
  void verbatim() throws Exception {
    script("V1__orders.sql", "create table orders (note text default '${nothing}');");
    script("V2__index.sql", "create index concurrently orders_note on orders (note);");

    assertThat(migrate(migrations, folder)).isInstanceOf(MigrationResult.Applied.class);
  }

  @Test
  @DisplayName("that fail half-way say what was applied, what failed where, and leave no trace")
  void failure() throws Exception {
    script("V1__orders.sql", "create table orders (id int);");
    script("V2__broken.sql", "create table half (id int);\n\ninsert into nowhere values (1);");
    script("V3__never.sql", "create table never (id int);");

    MigrationResult result = migrate(migrations, folder);

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
        where application_name like 'fairlead-migration%'
          and datname = current_database() and pid <> pg_backend_pid();
        """);

    MigrationResult result = migrate(migrations, folder);

    assertThat(migrations.pending(folder, access())).isEmpty();
    assertThat(query("select count(*) from orders")).isEqualTo("0");
    assertThat(result).isInstanceOf(MigrationResult.Applied.class);
  }

  @Test
  @DisplayName("that fail outside of a transaction say that they left traces")
  void failureWithTraces() throws Exception {
    script("V1__orders.sql", "create table orders (id int); insert into orders values (1), (1);");
    script("V2__index.sql", "create unique index concurrently one on orders (id);");

    MigrationResult.Failed failed = (MigrationResult.Failed) migrate(migrations, folder);

    assertThat(failed.applied()).extracting(Migration::script).containsExactly("V1__orders.sql");
    assertThat(failed.failed()).isEqualTo("V2__index.sql");
    assertThat(failed.reason()).contains("could not create unique index");
    assertThat(failed.advice()).contains("may have left traces").contains("fairlead_migrations");
  }

  @Test
  @DisplayName("that fail outside of a transaction, as the first of all, have not changed nothing")
  void tracesOfTheFirst() throws Exception {
    script("V1__orders.sql", "create table orders (id int); insert into orders values (1), (1);");
    migrate(migrations, folder);
    script("V2__index.sql", "create unique index concurrently one on orders (id);");

    MigrationResult.Failed failed = (MigrationResult.Failed) migrate(migrations, folder);

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

      MigrationResult.Failed failed = (MigrationResult.Failed) migrate(migrations, folder);

      assertThat(failed.reason()).contains("canceling statement due to lock timeout");
      assertThat(failed.advice()).contains("end long transactions");
      assertThat(failed.changedNothing()).isTrue();
    }
    assertThat(migrate(migrations, folder)).isInstanceOf(MigrationResult.Applied.class);
  }

  @Test
  @DisplayName("are refused when an applied script was changed")
  void changed() throws Exception {
    script("V1__orders.sql", "create table orders (id int);");
    migrate(migrations, folder);
    script("V1__orders.sql", "create table orders (id bigint);");
    script("V2__more.sql", "create table more (id bigint);");

    MigrationResult.Failed failed = (MigrationResult.Failed) migrate(migrations, folder);

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
    assertThat(migrate(migrations, absent)).isEqualTo(new MigrationResult.Applied(List.of()));
  }

  @Test
  @DisplayName("are cancelled at the server when they are not wanted any more")
  void cancelled() throws Exception {
    script("V1__orders.sql", "create table orders (id int); select pg_sleep(60);");
    Thread unwanted = Thread.startVirtualThread(() -> migrateUntilInterrupted(folder));
    await().until(() -> query(SLEEPING).equals("1"));

    unwanted.interrupt();
    unwanted.join(Duration.ofSeconds(20));

    assertThat(unwanted.isAlive()).isFalse();
    assertThat(query(SLEEPING)).isEqualTo("0");
    assertThat(query("select count(*) from pg_tables where tablename = 'orders'")).isEqualTo("0");
    script("V1__orders.sql", "create table orders (id int);");
    assertThat(migrate(migrations, folder)).isInstanceOf(MigrationResult.Applied.class);
  }

  @Test
  @DisplayName("do not outlast the time they have, also when nobody is there to cancel them")
  void tooLong() throws Exception {
    script("V1__orders.sql", "select pg_sleep(60);");
    DatabaseAccess access = access();
    Duration past = Duration.ofSeconds(-9); // and a margin of 10

    MigrationResult.Failed failed =
        (MigrationResult.Failed) migrations.migrate(folder, access, Map.of(), past);

    assertThat(failed.reason()).contains("statement timeout");
    assertThat(failed.changedNothing()).isTrue();
  }

  @Test
  @DisplayName("that a killed deployer left running are ended before they are begun again")
  void leftover() throws Exception {
    script("V1__orders.sql", "create table orders (id int);");
    migrate(migrations, folder);
    script("V2__more.sql", "alter table orders add column note text;");
    try (Connection orphan =
        DriverManager.getConnection(
            database.jdbcUrl() + "?ApplicationName=fairlead-migration",
            database.user(),
            database.password())) {
      orphan.setAutoCommit(false);
      orphan.createStatement().execute("lock table orders in access exclusive mode");

      assertThat(migrate(migrations, folder)).isInstanceOf(MigrationResult.Applied.class);
    }
  }

  @Test
  @DisplayName("are begun again when the server was restarted in the middle, and applied once")
  void restarted() throws Exception {
    execute("create table restarts (id int)");
    script(
        "V1__orders.sql",
        """
        create table orders (id int);
        insert into orders values (1);
        select pg_sleep(case when exists (select 1 from restarts) then 0 else 60 end);
        """);
    try (var thread = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<MigrationResult> result = thread.submit(() -> migrate(migrations, folder));
      await().until(() -> query(SLEEPING).equals("1"));
      execute("insert into restarts values (1)");
      query(
          "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");

      assertThat(result.get()).isInstanceOf(MigrationResult.Applied.class);
    }
    assertThat(query("select count(*) from orders")).isEqualTo("1");
  }

  @Test
  @DisplayName("outside of a transaction are not begun again: how far they came is not known")
  void restartedOutsideOfTransaction() throws Exception {
    execute("create table orders (id int)");
    script("V1__index.sql", "create index concurrently one on orders (id);");
    try (Connection reader = connect();
        var thread = Executors.newVirtualThreadPerTaskExecutor()) {
      reader.setAutoCommit(false);
      reader.createStatement().execute("insert into orders values (1)");
      Migrations patient = new Migrations(Duration.ofMinutes(1));
      Future<MigrationResult> result = thread.submit(() -> migrate(patient, folder));
      await()
          .until(
              () ->
                  query(
                          "select count(*) from pg_stat_activity where query like 'create index concurrently%' and state = 'active' and pid <> pg_backend_pid()")
                      .equals("1"));
      query(
          "select count(pg_terminate_backend(pid)) from pg_stat_activity where query like 'create index concurrently%' and pid <> pg_backend_pid()");

      MigrationResult.Failed failed = (MigrationResult.Failed) result.get();

      assertThat(failed.changedNothing()).isFalse();
      assertThat(failed.reason()).contains("how far it came is not known");
    }
  }

  @Test
  @DisplayName("are run only as they were planned")
  void planned() throws Exception {
    script("V1__orders.sql", "create table orders (id int);");
    script("V2__more.sql", "create table more (id int);");
    Map<String, String> planned = fingerprints();
    script("V2__more.sql", "drop table orders;");
    script("V3__evil.sql", "drop table orders;");

    MigrationResult.Failed failed =
        (MigrationResult.Failed)
            migrations.migrate(folder, access(), planned, Duration.ofMinutes(1));

    assertThat(failed.changedNothing()).isTrue();
    assertThat(failed.reason())
        .contains("the SHA-256 of V2__more.sql is no longer")
        .contains("the plan does not have V3__evil.sql");
    assertThat(failed.advice()).startsWith("put the planned scripts back, or deploy again");
    assertThat(query("select count(*) from pg_tables where tablename = 'orders'")).isEqualTo("0");
    Files.delete(folder.resolve("V3__evil.sql"));
    script("V2__more.sql", "create table more (id int);");
    assertThat(migrations.migrate(folder, access(), planned, Duration.ofMinutes(1)))
        .isInstanceOf(MigrationResult.Applied.class);
  }

  @Test
  @DisplayName("are known by what they run: their text, their settings, and what runs with them")
  void fingerprint() throws Exception {
    script("V1__orders.sql", "create table orders (id int);");
    Map<String, String> alone = fingerprints();
    assertThat(alone)
        .containsEntry(
            "V1__orders.sql", "1e710077e0af287bfe1f28aee37a7b9bf0976e16d55a1b20fffeb0b011827eb5");

    script("V1__orders.sql.conf", "executeInTransaction=false");
    Map<String, String> configured = fingerprints();
    script("beforeMigrate.sql", "drop table customers;");

    assertThat(configured).isNotEqualTo(alone);
    assertThat(fingerprints()).isNotEqualTo(configured).isNotEqualTo(alone);
  }

  private static final String SLEEPING =
      "select count(*) from pg_stat_activity where query like '%pg_sleep%' and state = 'active' and datname = current_database() and pid <> pg_backend_pid()";

  private Map<String, String> fingerprints() {
    return migrations.pending(folder, access()).stream()
        .collect(Collectors.toMap(Migration::script, Migration::fingerprint));
  }

  private MigrationResult migrate(Migrations how, Path scripts) throws InterruptedException {
    return how.migrate(scripts, access(), Map.of(), Duration.ofMinutes(5));
  }

  private void migrateUntilInterrupted(Path scripts) {
    try {
      migrate(migrations, scripts);
    } catch (InterruptedException expected) {
      Thread.currentThread().interrupt();
    }
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
