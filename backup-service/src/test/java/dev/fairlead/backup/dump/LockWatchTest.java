package dev.fairlead.backup.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dump and a migration of the same database do not queue behind each other's locks. */
class LockWatchTest {

  @TempDir Path folder;
  private Workshop workshop;
  private SourceDatabase source;

  @BeforeEach
  void neighbours() {
    Neighbours.require("postgres", "pg_dump");
    workshop = new Workshop(new DiskStore("disk", folder.resolve("store")));
    source = SourceDatabase.create("locks").withOrders(10);
  }

  @Test
  void aDumpGivesWayToAMigrationThatWaitsForIt() throws Exception {
    Path slow = slowPgDump();
    CompletableFuture<BackupFailure> dump =
        CompletableFuture.supplyAsync(
            () ->
                catchThrowableOfType(
                    BackupFailure.class,
                    () -> workshop.withPrograms(slow).backUp(source.access())));
    patiently().until(() -> Files.exists(folder.resolve("dumping")));
    patiently()
        .until(
            () ->
                !source
                    .query(
                        "select 1::text from pg_locks where relation = 'public.items'::regclass"
                            + " and mode = 'AccessShareLock'")
                    .isEmpty());

    CompletableFuture<Duration> reader = CompletableFuture.supplyAsync(this::readBehindMigration);
    long begun = System.nanoTime();
    source.sql("alter table items add column note text");

    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
    assertThat(reader.join()).as("wait of a reader").isLessThan(Duration.ofSeconds(2));
    BackupFailure failure = dump.join();
    assertThat(failure.reason()).isEqualTo(BackupFailureReason.TIMED_OUT);
    assertThat(failure.worthAnotherTry()).isTrue();
    assertThat(failure.detail()).contains("gave way", "items");
  }

  /** One row, asked for as soon as the migration stands in the queue. */
  private Duration readBehindMigration() {
    try (Connection watching = Shared.postgres().connect("postgres");
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
    source.sql("select * from items limit 1");
    return Duration.ofNanos(System.nanoTime() - asked);
  }

  @Test
  void aDumpDoesNotWaitForALongMigration() throws Exception {
    source.sql("create table migrated (id int)");
    CompletableFuture<Void> migration =
        CompletableFuture.runAsync(
            () ->
                source.sql(
                    "begin; lock table migrated in access exclusive mode; select pg_sleep(4)"));
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

  /** Begins as the real one does, and then takes its time. */
  private Path slowPgDump() throws Exception {
    Path real = Neighbours.find("pg_dump").orElseThrow().getParent();
    Path program = Files.createDirectory(folder.resolve("programs")).resolve("pg_dump");
    Files.writeString(
        program,
        """
        #!/bin/sh
        if [ "$1" = --version ]; then exec %1$s/pg_dump --version; fi
        touch %2$s/dumping
        printf PGDMP
        exec sleep 30
        """
            .formatted(real, folder));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return Objects.requireNonNull(program.getParent());
  }
}
