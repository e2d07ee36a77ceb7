package dev.fairlead.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.testing.HoldUp;
import dev.fairlead.backup.testing.Neighbourhood;
import dev.fairlead.backup.testing.PlannedService;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.TickingClock;
import dev.fairlead.backup.testing.WatchedStore;
import dev.fairlead.events.BackupEvent.BackupCompleted;
import dev.fairlead.events.BackupEvent.BackupProgressed;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupEvent.RestoreCompleted;
import dev.fairlead.events.BackupEvent.RestoreProgressed;
import dev.fairlead.events.BackupEvent.RestoreRequested;
import dev.fairlead.events.BackupEvent.TransferProgress;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.RestoreId;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the real service tells while it works. Its clock goes on by a second with each piece of a
 * dump that passes, so the pace is the same on every machine.
 */
@DisplayName("The progress of a transfer")
class ProgressTest {

  /** As {@link ProgressPace} promises it. */
  private static final Duration EVERY = Duration.ofSeconds(5);

  /** Of 70 or so. */
  private static final int HALF_OF_THE_PARTS = 35;

  private static final Duration TICK = Duration.ofSeconds(1);

  @TempDir private static Path folder;
  private static PlannedService planned;
  private static Neighbourhood neighbours;
  private static DatabaseId database;

  @BeforeAll
  static void start() {
    Neighbours.require("postgres", "pg_dump");
    planned = PlannedService.start(folder, new TickingClock(TICK));
    neighbours = planned.neighbours();
    SourceDatabase source = SourceDatabase.create("progress");
    source.sql(
        """
        create table orders as
        select n, (select string_agg(md5(random()::text || n || m), '') from generate_series(1, 28) m)
          from generate_series(1, 10000) n
        """);
    database = planned.know(source);
  }

  @Test
  @DisplayName("is told and shown: it only grows, comes every five seconds, and knows the rest")
  void backupAndRestore() {
    BackupId backup = BackupId.random();
    HoldUp inBackup = new HoldUp();
    AtomicInteger parts = new AtomicInteger();
    planned
        .store()
        .plan(
            backup,
            real ->
                WatchedStore.of(
                    real, () -> inBackup.at(parts.incrementAndGet() == HALF_OF_THE_PARTS)));
    neighbours.tell(new BackupRequested(backup, database, null, null, null, null));

    inBackup.requireHeldWhile(() -> requireShown("/backups/" + backup));
    BackupCompleted completed =
        neighbours.await(BackupCompleted.class, event -> event.backup().equals(backup));
    List<Envelope> ofBackup =
        neighbours.envelopes(BackupProgressed.class, event -> event.backup().equals(backup));
    requireSane(ofBackup, event -> ((BackupProgressed) event.event()).progress(), endOf(completed));
    assertThat(progressOf("/backups/" + backup).isObject()).as("nothing is left to do").isFalse();

    RestoreId restore = RestoreId.random();
    HoldUp inRestore = new HoldUp();
    long half = completed.sizeBytes() / 2;
    planned.store().plan(backup, real -> heldUpReading(real, half, inRestore));
    neighbours.tell(
        new RestoreRequested(
            restore, database, backup, null, "progress_copy", null, null, null, null));

    inRestore.requireHeldWhile(() -> requireShown("/restores/" + restore));
    RestoreCompleted restored =
        neighbours.await(RestoreCompleted.class, event -> event.restore().equals(restore));
    List<Envelope> ofRestore =
        neighbours.envelopes(RestoreProgressed.class, event -> event.restore().equals(restore));
    requireSane(
        ofRestore, event -> ((RestoreProgressed) event.event()).progress(), endOf(restored));
  }

  private static Store heldUpReading(Store real, long half, HoldUp holdUp) {
    return WatchedStore.reading(real, bytes -> holdUp.at(bytes > half));
  }

  private static Instant endOf(dev.fairlead.events.BackupEvent end) {
    return neighbours.envelopes(end.getClass(), end::equals).getFirst().time();
  }

  /** What {@code GET} shows while it goes on. */
  private static void requireShown(String path) {
    JsonNode progress = progressOf(path);
    assertThat(progress.path("doneBytes").asLong()).as("%s", progress).isPositive();
    assertThat(progress.path("doneBytes").asLong())
        .isLessThan(progress.path("expectedBytes").asLong());
    assertThat(progress.path("remainingMillis").asLong()).isGreaterThan(TICK.toMillis());
  }

  private static JsonNode progressOf(String path) {
    return JsonMapper.shared().readTree(planned.service().get(path).body()).path("progress");
  }

  private static void requireSane(
      List<Envelope> told, Function<Envelope, TransferProgress> progressOf, Instant end) {
    assertThat(told).hasSizeGreaterThan(5);
    for (int i = 1; i < told.size(); i++) {
      assertThat(Duration.between(told.get(i - 1).time(), told.get(i).time()))
          .as("somebody else may have asked the clock in between")
          .isGreaterThanOrEqualTo(EVERY.minus(TICK));
    }
    List<TransferProgress> all = told.stream().map(progressOf).toList();
    assertThat(all).extracting(TransferProgress::doneBytes).isSorted().doesNotHaveDuplicates();
    assertThat(all).allMatch(one -> one.doneBytes() <= one.expectedBytes());
    for (int i = told.size() / 4; i < told.size() / 2; i++) {
      long rest = Duration.between(told.get(i).time(), end).toMillis();
      assertThat(all.get(i).remainingMillis())
          .as("at %s the rest took %d ms", all.get(i), rest)
          .isBetween(rest / 3, rest * 3);
    }
  }

  @AfterAll
  static void stop() {
    planned.close();
  }
}
