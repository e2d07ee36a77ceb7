package dev.fairlead.backup.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.backup.Backup.Cause;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.testing.FakePrograms;
import dev.fairlead.backup.testing.HoldUp;
import dev.fairlead.backup.testing.Neighbourhood;
import dev.fairlead.backup.testing.PlannedService;
import dev.fairlead.backup.testing.PlannedStore;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.WatchedStore;
import dev.fairlead.events.BackupEvent.BackupCompleted;
import dev.fairlead.events.BackupEvent.BackupFailed;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dump that gave way to a migration is made again, and ends once. */
@DisplayName("A backup whose dump gives way")
class GiveWayTest {

  /** As pg_dump says it that waited too long for a lock, for roles that have such a file. */
  private static final String LOCKED =
      """
      if [ -f "%s/$PGUSER" ]; then
        echo 'pg_dump: error: query failed: ERROR:  canceling statement due to lock timeout' >&2
        exit 1
      fi
      exec "$REAL" "$@"
      """;

  @TempDir private static Path folder;
  private static PlannedService planned;
  private static PlannedStore store;
  private static Neighbourhood neighbours;
  private static RunningService service;

  @BeforeAll
  static void start() throws IOException {
    Neighbours.require("postgres", "pg_dump");
    planned =
        PlannedService.start(
            folder,
            Clock.systemUTC(),
            "--fairlead.backup.postgres-programs="
                + FakePrograms.pgDump(folder, LOCKED.formatted(folder)));
    store = planned.store();
    neighbours = planned.neighbours();
    service = planned.service();
  }

  @Test
  @DisplayName("is made again when the migration is done, and completes once")
  void secondAttempt() {
    SourceDatabase source = SourceDatabase.create("giveway").withOrders(5);
    source.sql(
        "create table large as select md5(random()::text) t from generate_series(1, 100000)");
    DatabaseId database = planned.know(source);
    BackupId id = BackupId.random();
    HoldUp dumping = new HoldUp();
    store.plan(id, real -> WatchedStore.of(real, () -> dumping.at(true)));

    neighbours.tell(new BackupRequested(id, database, null, null, "before migration", null));
    AtomicReference<Instant> migrated = new AtomicReference<>();
    dumping.requireHeldWhile(
        () -> {
          source.sql("alter table large add column note text");
          String done = source.query("select to_json(now())#>>'{}'").getFirst();
          migrated.set(Instant.parse(done));
        });

    neighbours.await(BackupCompleted.class, event -> event.backup().equals(id));
    Backup backup = backup(id);
    Manifest manifest = Objects.requireNonNull(backup.manifest());
    assertThat(backup.attempt()).isEqualTo(2);
    assertThat(manifest.source().snapshotAt()).isAfter(migrated.get());
    assertThat(store.list(new BackupKeys(database, id).folder()))
        .as("of the attempt before nothing is left")
        .extracting(Store.StoredObject::key)
        .containsExactlyInAnyOrder(
            new BackupKeys(database, id).manifest(),
            new BackupKeys(database, id).archive("attempt-2.pgdump.zst.age"));
    assertThat(store.unfinished("")).isEmpty();
    requireEnds(id, 1, 0);
  }

  @Test
  @DisplayName("again and again fails after eight attempts, with longer and longer pauses between")
  void eightAttempts() throws IOException {
    SourceDatabase source = SourceDatabase.create("stubborn").withOrders(1);
    Files.createFile(folder.resolve(source.role()));
    DatabaseId database = planned.know(source);
    BackupId id = BackupId.random();
    service
        .bean(BackupEntries.class)
        .add(
            new BackupRequested(id, database, null, null, null, null),
            new Cause(null, null),
            Instant.now());
    BackupRunner runner = service.bean(BackupRunner.class);

    for (int attempt = 1; attempt <= 7; attempt++) {
      assertThat(runner.run(id)).contains(Duration.ofSeconds(2L * attempt));
      assertThat(backup(id).state()).isEqualTo(BackupState.REQUESTED);
    }
    assertThat(runner.run(id)).isEmpty();
    assertThat(runner.run(id)).as("nothing is left to do").isEqualTo(Optional.empty());

    BackupFailed failed = neighbours.await(BackupFailed.class, event -> event.backup().equals(id));
    assertThat(failed.reason()).isEqualTo(BackupFailureReason.TIMED_OUT);
    assertThat(failed.detail()).contains("lock timeout");
    assertThat(failed.advice()).contains("migration");
    assertThat(backup(id).attempt()).isEqualTo(8);
    assertThat(store.list(new BackupKeys(database, id).folder())).isEmpty();
    requireEnds(id, 0, 1);
  }

  private static Backup backup(BackupId id) {
    return service.bean(Backups.class).find(id).orElseThrow();
  }

  private static void requireEnds(BackupId id, int completed, int failed) {
    neighbours.catchUp();
    assertThat(neighbours.heard(BackupCompleted.class))
        .filteredOn(event -> event.backup().equals(id))
        .hasSize(completed);
    assertThat(neighbours.heard(BackupFailed.class))
        .filteredOn(event -> event.backup().equals(id))
        .hasSize(failed);
  }

  @AfterAll
  static void stop() {
    planned.close();
  }
}
