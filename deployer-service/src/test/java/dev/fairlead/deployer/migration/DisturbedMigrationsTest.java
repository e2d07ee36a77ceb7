package dev.fairlead.deployer.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Disturbed migrations")
class DisturbedMigrationsTest {

  private static final String SLEEPING =
      "select count(*) from pg_stat_activity where query like '%pg_sleep%' and state = 'active' and datname = current_database() and pid <> pg_backend_pid()";

  private final Migrations migrations = new Migrations(Duration.ofMillis(200));
  private final Path folder;
  private final MigratedDatabase database;

  DisturbedMigrationsTest(@TempDir Path folder) {
    this.folder = folder;
    this.database = new MigratedDatabase(folder);
  }

  @Test
  @DisplayName("that were committed are told as applied, also when a connection was lost meanwhile")
  void answerLost() throws Exception {
    database.script(
        "V1__orders.sql",
        """
        create table orders (id int);
        select pg_terminate_backend(pid) from pg_stat_activity
        where application_name like 'fairlead-migration%'
          and datname = current_database() and pid <> pg_backend_pid();
        """);

    MigrationResult result = database.migrate(migrations);

    assertThat(migrations.pending(folder, database.access())).isEmpty();
    assertThat(database.query("select count(*) from orders")).isEqualTo("0");
    assertThat(result).isInstanceOf(MigrationResult.Applied.class);
  }

  @Test
  @DisplayName("give up on a locked table instead of queueing requests behind them")
  void lockTimeout() throws Exception {
    database.execute("create table orders (id int)");
    database.script("V1__orders.sql", "alter table orders add column note text;");
    try (Connection application = database.connect();
        Statement statement = application.createStatement()) {
      application.setAutoCommit(false);
      statement.execute("select * from orders");

      MigrationResult.Failed failed = (MigrationResult.Failed) database.migrate(migrations);

      assertThat(failed.reason()).contains("canceling statement due to lock timeout");
      assertThat(failed.advice()).contains("end long transactions");
      assertThat(failed.changedNothing()).isTrue();
    }
    assertThat(database.migrate(migrations)).isInstanceOf(MigrationResult.Applied.class);
  }

  @Test
  @DisplayName("are cancelled at the server when they are not wanted any more")
  void cancelled() throws Exception {
    database.script("V1__orders.sql", "create table orders (id int); select pg_sleep(60);");
    Thread unwanted = Thread.startVirtualThread(this::migrateUntilInterrupted);
    await().until(() -> database.query(SLEEPING).equals("1"));

    unwanted.interrupt();
    unwanted.join(Duration.ofSeconds(20));

    assertThat(unwanted.isAlive()).isFalse();
    assertThat(database.query(SLEEPING)).isEqualTo("0");
    assertThat(database.query("select count(*) from pg_tables where tablename = 'orders'"))
        .isEqualTo("0");
    database.script("V1__orders.sql", "create table orders (id int);");
    assertThat(database.migrate(migrations)).isInstanceOf(MigrationResult.Applied.class);
  }

  @Test
  @DisplayName("do not outlast the time they have, also when nobody is there to cancel them")
  void tooLong() throws Exception {
    database.script("V1__orders.sql", "select pg_sleep(60);");
    DatabaseAccess access = database.access();
    Duration past = Duration.ofSeconds(-9); // and a margin of 10

    MigrationResult.Failed failed =
        (MigrationResult.Failed)
            migrations.migrate(folder, access, Map.of(), past, new MarkInMemory());

    assertThat(failed.reason()).contains("statement timeout");
    assertThat(failed.changedNothing()).isTrue();
  }

  @Test
  @DisplayName("that a killed deployer left running are ended before they are begun again")
  void leftover() throws Exception {
    database.script("V1__orders.sql", "create table orders (id int);");
    database.migrate(migrations);
    database.script("V2__more.sql", "alter table orders add column note text;");
    try (Connection orphan = database.connect("?ApplicationName=fairlead-migration")) {
      orphan.setAutoCommit(false);
      orphan.createStatement().execute("lock table orders in access exclusive mode");

      assertThat(database.migrate(migrations)).isInstanceOf(MigrationResult.Applied.class);
    }
  }

  @Test
  @DisplayName("are begun again when the server was restarted in the middle, and applied once")
  void restarted() throws Exception {
    database.execute("create table restarts (id int)");
    database.script(
        "V1__orders.sql",
        """
        create table orders (id int);
        insert into orders values (1);
        select pg_sleep(case when exists (select 1 from restarts) then 0 else 60 end);
        """);
    try (var thread = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<MigrationResult> result = thread.submit(() -> database.migrate(migrations));
      await().until(() -> database.query(SLEEPING).equals("1"));
      database.execute("insert into restarts values (1)");
      database.query(
          "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");

      assertThat(result.get()).isInstanceOf(MigrationResult.Applied.class);
    }
    assertThat(database.query("select count(*) from orders")).isEqualTo("1");
  }

  @Test
  @DisplayName("outside of a transaction are not begun again: how far they came is not known")
  void restartedOutsideOfTransaction() throws Exception {
    database.execute("create table orders (id int)");
    database.script("V1__index.sql", "create index concurrently one on orders (id);");
    try (Connection reader = database.connect();
        var thread = Executors.newVirtualThreadPerTaskExecutor()) {
      reader.setAutoCommit(false);
      reader.createStatement().execute("insert into orders values (1)");
      Migrations patient = new Migrations(Duration.ofMinutes(1));
      Future<MigrationResult> result = thread.submit(() -> database.migrate(patient));
      await()
          .until(
              () ->
                  database
                      .query(
                          "select count(*) from pg_stat_activity where query like 'create index concurrently%' and state = 'active' and pid <> pg_backend_pid()")
                      .equals("1"));
      database.query(
          "select count(pg_terminate_backend(pid)) from pg_stat_activity where query like 'create index concurrently%' and pid <> pg_backend_pid()");

      MigrationResult.Failed failed = (MigrationResult.Failed) result.get();

      assertThat(failed.changedNothing()).isFalse();
      assertThat(failed.reason()).contains("how far it came is not known");
    }
  }

  private void migrateUntilInterrupted() {
    try {
      database.migrate(migrations);
    } catch (InterruptedException expected) {
      Thread.currentThread().interrupt();
    }
  }
}
