package dev.fairlead.backup.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.BackupEntries;
import dev.fairlead.backup.backup.BackupState;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.reconciliation.Reconciliation;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.testing.DyingStore;
import dev.fairlead.backup.testing.Neighbourhood;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.events.BackupEvent.BackupCorrupted;
import dev.fairlead.events.BackupEvent.BackupExpired;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.BackupId;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A round of retention that dies")
class KilledRetentionTest {

  @TempDir Path folder;

  @Test
  @DisplayName(
      "before or after any call of a store leaves no manifest without its archive, and is resumed")
  void killedAnywhere() throws IOException {
    Neighbours.require("postgres", "pg_dump");
    ThreeBackups three = ThreeBackups.make("killedround", folder);
    List<Manifest> made = three.made();
    List<BackupId> older = List.of(made.get(0).backup(), made.get(1).backup());
    try (Neighbourhood neighbours = new Neighbourhood();
        RunningService service = three.started()) {
      int rounds = 0;
      boolean killed = true;
      while (killed) {
        rounds++;
        three.reset(service);

        killed = dies(ThreeBackups.rounds(service, new DyingStore(three.disk(), rounds)));

        assertThat(three.manifests()).as("moment %d", rounds).allMatch(three::isWhole);
        assertThat(three.manifests())
            .as("the oldest goes first")
            .satisfies(left -> requireNewest(left, made));
        assertThat(service.bean(Reconciliation.class).run()).as("moment %d", rounds).isEmpty();
        service.bean(RetentionRounds.class).expire();
        three.requireOnlyNewest(service);
      }
      assertThat(rounds).as("moments there are").isGreaterThan(10);
      neighbours.await(BackupExpired.class, event -> event.backup().equals(older.getLast()));
      int each = rounds;
      await().atMost(Duration.ofMinutes(1)).until(() -> told(neighbours, older).size() >= 2 * each);
      neighbours.catchUp();
      assertThat(older)
          .as("each is told once")
          .allMatch(id -> Collections.frequency(told(neighbours, older), id) == each);
      assertThat(neighbours.heard(BackupCorrupted.class))
          .as("other tests have backups of this database, too")
          .extracting(BackupCorrupted::backup)
          .doesNotContainAnyElementsOf(made.stream().map(Manifest::backup).toList());
    }
  }

  @Test
  @DisplayName("before it began to delete is judged anew: a newer one may have rotted meanwhile")
  void judgedAnew() throws IOException {
    Neighbours.require("postgres", "pg_dump");
    ThreeBackups three = ThreeBackups.make("rotmeanwhile", folder);
    List<Manifest> made = three.made();
    try (RunningService service = three.started()) {
      three.reset(service);
      assertThat(dies(ThreeBackups.rounds(service, new DyingStore(three.disk(), 1)))).isTrue();
      Backups backups = service.bean(Backups.class);
      assertThat(backups.find(made.get(1).backup())).map(Backup::copies).contains(List.of());
      requireSeenToLeave(made, service);
      service.bean(BackupEntries.class).copyIsDefect(made.get(2).backup(), "disk", "has 1 byte");

      service.bean(RetentionRounds.class).expire();

      requireLastGoodOneStays(three, backups);
    }
  }

  @Test
  @DisplayName(
      "and cannot be resumed since its store is away deletes nothing that is not judged anew")
  void awayMeanwhile() throws IOException {
    Neighbours.require("postgres", "pg_dump");
    ThreeBackups three = ThreeBackups.make("awaymeanwhile", folder);
    List<Manifest> made = three.made();
    try (RunningService service = three.started()) {
      three.reset(service);
      assertThat(dies(ThreeBackups.rounds(service, new DyingStore(three.disk(), 1)))).isTrue();
      service.bean(BackupEntries.class).copyIsDefect(made.get(2).backup(), "disk", "has 1 byte");

      ThreeBackups.rounds(service, awayFor(2, three.disk())).expire();

      assertThat(three.manifests()).as("nothing of what was judged before is gone").hasSize(3);
      service.bean(RetentionRounds.class).expire();
      requireLastGoodOneStays(three, service.bean(Backups.class));
    }
  }

  /** A store that fails for so many calls, and is back then. */
  private static Store awayFor(int calls, Store real) {
    AtomicInteger called = new AtomicInteger();
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) -> {
              if (!method.getName().equals("name") && called.incrementAndGet() <= calls) {
                throw new BackupFailure(
                    BackupFailureReason.STORE_UNREACHABLE, "the store is away", "wait");
              }
              return method.invoke(real, arguments);
            });
  }

  private static void requireLastGoodOneStays(ThreeBackups three, Backups backups) {
    List<Manifest> made = three.made();
    assertThat(backups.find(made.get(1).backup()).orElseThrow().copies())
        .as("the last good one")
        .hasSize(1);
    assertThat(backups.find(made.get(0).backup())).map(Backup::state).contains(BackupState.EXPIRED);
    assertThat(three.manifests())
        .extracting(Manifest::backup)
        .containsExactlyInAnyOrder(made.get(1).backup(), made.get(2).backup());
  }

  private static void requireSeenToLeave(List<Manifest> made, RunningService service) {
    assertThat(service.bean(LeavingCopies.class).all())
        .as("the oldest is the first to go")
        .extracting(LeavingCopies.Leaving::backup)
        .containsExactly(made.get(0).backup(), made.get(1).backup());
    assertThat(service.get("/retention").body())
        .contains("\"backup\":\"%s\",\"verdict\":\"leaving\"".formatted(made.get(0).backup()))
        .contains("\"backup\":\"%s\",\"verdict\":\"keep\"".formatted(made.get(2).backup()));
    assertThat(service.bean(Backups.class).find(made.get(1).backup()))
        .map(Backup::standing)
        .contains("being removed by retention: no copy of it counts any more");
  }

  private static boolean dies(RetentionRounds rounds) {
    return catchThrowableOfType(DyingStore.Killed.class, rounds::expire) != null;
  }

  private static void requireNewest(List<? extends Manifest> left, List<Manifest> made) {
    assertThat(left)
        .extracting(Manifest::backup)
        .containsExactlyInAnyOrderElementsOf(
            made.reversed().stream().limit(left.size()).map(Manifest::backup).toList());
  }

  private static List<BackupId> told(Neighbourhood neighbours, List<BackupId> ids) {
    return neighbours.heard(BackupExpired.class).stream()
        .map(BackupExpired::backup)
        .filter(ids::contains)
        .toList();
  }
}
