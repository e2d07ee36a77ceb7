package dev.fairlead.backup.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dump and a migration of the same database do not queue behind each other's locks. */
@InSecondLane
class LockWatchTest {

  /**
   * A thread for each: on a machine with two processors the common pool has one, and whoever waits
   * behind a dump in it begins when the dump has ended.
   */
  private static final Executor BESIDE = Thread::startVirtualThread;

  private static final String PG_DUMP_HOLDS =
      """
      select a.pid::text from pg_locks l join pg_stat_activity a on a.pid = l.pid
       where l.relation = 'public.large'::regclass and l.granted and a.query like 'COPY %'
      """;

  private static final String END_THE_WATCH =
      """
      select pg_terminate_backend(pid)::text from pg_stat_activity
       where application_name = 'fairlead-backup lock watch' and datname = current_database()
      """;

  private static final String OURS =
      """
      select pid::text from pg_stat_activity
       where application_name like 'fairlead-backup 0%' and datname = current_database()
      """;

  @TempDir Path folder;
  private Workshop workshop;
  private SourceDatabase source;

  @BeforeEach
  void neighbours() {
    Neighbours.require("postgres", "pg_dump");
    workshop = new Workshop(new DiskStore("disk", folder.resolve("store")));
    source = SourceDatabase.createInSecondLane("locks").withOrders(10);
  }

  @Test
  void aDumpGivesWayToAMigrationThatWaitsForIt() {
    source.sql("create table large as select n, repeat('x', 900) from generate_series(1, 5000) n");
    CountDownLatch dumping = new CountDownLatch(1);
    CountDownLatch migrated = new CountDownLatch(1);
    CompletableFuture<BackupFailure> dump =
        CompletableFuture.supplyAsync(() -> failureOfDumpHeldUp(dumping, migrated), BESIDE);
    patiently().until(() -> dumping.getCount() == 0);
    assertThat(source.query(PG_DUMP_HOLDS)).as("pg_dump holds its lock").isNotEmpty();

    CompletableFuture<Duration> reader =
        CompletableFuture.supplyAsync(this::readBehindMigration, BESIDE);
    long begun = System.nanoTime();
    source.sql("alter table large add column note text");

    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
    assertThat(reader.join()).as("wait of a reader").isLessThan(Duration.ofSeconds(2));
    migrated.countDown();
    BackupFailure failure = dump.join();
    assertThat(failure.reason()).isEqualTo(BackupFailureReason.TIMED_OUT);
    assertThat(failure.worthAnotherTry()).isTrue();
    assertThat(failure.detail()).contains("gave way", "large");
  }

  @Test
  void aDumpWhoseWatchWasCutOffIsWatchedAgain() {
    source.sql("create table large as select n, repeat('x', 900) from generate_series(1, 5000) n");
    CountDownLatch dumping = new CountDownLatch(1);
    CountDownLatch migrated = new CountDownLatch(1);
    CompletableFuture<BackupFailure> dump =
        CompletableFuture.supplyAsync(() -> failureOfDumpHeldUp(dumping, migrated), BESIDE);
    patiently().until(() -> dumping.getCount() == 0);
    patiently().until(() -> !source.query(END_THE_WATCH).isEmpty());

    source.sql("alter table large add column note text");

    migrated.countDown();
    assertThat(dump.join().detail()).contains("gave way", "large");
  }

  @Test
  void aDumpThatNobodyCanWatchGivesWay() {
    source.sql("create table large as select n, repeat('x', 900) from generate_series(1, 5000) n");
    CountDownLatch dumping = new CountDownLatch(1);
    CountDownLatch givenWay = new CountDownLatch(1);
    CompletableFuture<BackupFailure> dump =
        CompletableFuture.supplyAsync(() -> failureOfDumpHeldUp(dumping, givenWay), BESIDE);
    patiently().until(() -> dumping.getCount() == 0);

    source.asSuperuser("alter role %s connection limit 0".formatted(source.role()));
    patiently().until(() -> !source.query(END_THE_WATCH).isEmpty());
    patiently().until(() -> source.query(OURS).isEmpty());

    givenWay.countDown();
    BackupFailure failure = dump.join();
    assertThat(failure.detail()).contains("gave way", "nobody can see any more");
    assertThat(failure.worthAnotherTry()).isTrue();
  }

  /** A real dump whose reader stops in the middle, for a minute or until the migration is done. */
  private BackupFailure failureOfDumpHeldUp(CountDownLatch dumping, CountDownLatch migrated) {
    return catchThrowableOfType(
        BackupFailure.class,
        () ->
            workshop
                .backups()
                .run(
                    Workshop.order(source.access()),
                    (done, expected) -> {
                      dumping.countDown();
                      holdUp(migrated);
                    }));
  }

  private static void holdUp(CountDownLatch until) {
    try {
      until.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** One row, asked for as soon as the migration stands in the queue. */
  private Duration readBehindMigration() {
    try (Connection watching = source.server().connect("postgres");
        var query =
            watching.prepareStatement(
                "select 1 from pg_locks where mode = 'AccessExclusiveLock' and not granted")) {
      for (long end = System.nanoTime() + 60_000_000_000L; System.nanoTime() < end; ) {
        if (query.executeQuery().next()) {
          break;
        }
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
    long asked = System.nanoTime();
    source.sql("select * from large limit 1");
    return Duration.ofNanos(System.nanoTime() - asked);
  }

  @Test
  void aDumpDoesNotWaitForALongMigration() throws Exception {
    source.sql("create table migrated (id int)");
    CompletableFuture<Void> migration =
        CompletableFuture.runAsync(
            () ->
                source.sql(
                    "begin; lock table migrated in access exclusive mode; select pg_sleep(4)"),
            BESIDE);
    patiently()
        .until(
            () ->
                !source
                    .query(
                        "select 1::text from pg_locks where mode = 'AccessExclusiveLock' and relation = 'migrated'::regclass")
                    .isEmpty());

    BackupFailure failure =
        catchThrowableOfType(BackupFailure.class, () -> workshop.backUp(source.access()));

    assertThat(failure.reason()).isEqualTo(BackupFailureReason.TIMED_OUT);
    assertThat(failure.worthAnotherTry()).isTrue();
    migration.join();
  }

  private static ConditionFactory patiently() {
    return await().atMost(Duration.ofMinutes(1));
  }
}
