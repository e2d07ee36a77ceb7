package dev.fairlead.backup.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.BackupEntries;
import dev.fairlead.backup.backup.BackupState;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.folder.Tree;
import dev.fairlead.backup.reconciliation.Reconciliation;
import dev.fairlead.backup.restore.Restores;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Stores;
import dev.fairlead.backup.testing.Neighbourhood;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.events.BackupEvent.BackupCorrupted;
import dev.fairlead.events.BackupEvent.BackupExpired;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.BackupId;
import dev.fairlead.service.outbox.Outbox;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

@DisplayName("A round of retention that dies")
class KilledRetentionTest {

  @TempDir Path folder;

  @Test
  @DisplayName(
      "before or after any call of a store leaves no manifest without its archive, and is resumed")
  void killedAnywhere() throws IOException {
    Neighbours.require("postgres", "pg_dump");
    Manifest[] made = threeBackups("killedround");
    List<BackupId> older = List.of(made[0].backup(), made[1].backup());
    try (Neighbourhood neighbours = new Neighbourhood();
        RunningService service = started()) {
      int rounds = 0;
      boolean killed = true;
      while (killed) {
        rounds++;
        reset(service);

        killed = dies(round(service, new DyingStore(disk(), rounds)));

        assertThat(manifests()).as("moment %d", rounds).allMatch(this::isWhole);
        assertThat(manifests())
            .as("the oldest goes first")
            .satisfies(left -> requireNewest(left, made));
        assertThat(service.bean(Reconciliation.class).run()).as("moment %d", rounds).isEmpty();
        service.bean(RetentionRounds.class).expire();
        requireOnly(made[2].backup(), service);
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
          .noneMatch(event -> event.database().equals(Workshop.DATABASE));
    }
  }

  @Test
  @DisplayName("before it began to delete is judged anew: a newer one may have rotted meanwhile")
  void judgedAnew() throws IOException {
    Neighbours.require("postgres", "pg_dump");
    Manifest[] made = threeBackups("rotmeanwhile");
    try (RunningService service = started()) {
      reset(service);
      assertThat(dies(round(service, new DyingStore(disk(), 1)))).isTrue();
      Backups backups = service.bean(Backups.class);
      assertThat(backups.find(made[1].backup())).map(Backup::copies).contains(List.of());
      requireSeenToLeave(made, service);
      service.bean(BackupEntries.class).copyIsDefect(made[2].backup(), "disk", "has 1 byte");

      service.bean(RetentionRounds.class).expire();

      requireLastGoodOneStays(made, backups);
    }
  }

  @Test
  @DisplayName(
      "and cannot be resumed since its store is away deletes nothing that is not judged anew")
  void awayMeanwhile() throws IOException {
    Neighbours.require("postgres", "pg_dump");
    Manifest[] made = threeBackups("awaymeanwhile");
    try (RunningService service = started()) {
      reset(service);
      assertThat(dies(round(service, new DyingStore(disk(), 1)))).isTrue();
      service.bean(BackupEntries.class).copyIsDefect(made[2].backup(), "disk", "has 1 byte");

      round(service, awayFor(2, disk())).expire();

      assertThat(manifests()).as("nothing of what was judged before is gone").hasSize(3);
      service.bean(RetentionRounds.class).expire();
      requireLastGoodOneStays(made, service.bean(Backups.class));
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

  private void requireLastGoodOneStays(Manifest[] made, Backups backups) {
    assertThat(backups.find(made[1].backup()).orElseThrow().copies())
        .as("the last good one")
        .hasSize(1);
    assertThat(backups.find(made[0].backup())).map(Backup::state).contains(BackupState.EXPIRED);
    assertThat(manifests())
        .extracting(Manifest::backup)
        .containsExactlyInAnyOrder(made[1].backup(), made[2].backup());
  }

  private static void requireSeenToLeave(Manifest[] made, RunningService service) {
    assertThat(service.bean(LeavingCopies.class).all())
        .as("the oldest is the first to go")
        .extracting(LeavingCopies.Leaving::backup)
        .containsExactly(made[0].backup(), made[1].backup());
    assertThat(service.get("/retention").body())
        .contains("\"backup\":\"%s\",\"verdict\":\"leaving\"".formatted(made[0].backup()))
        .contains("\"backup\":\"%s\",\"verdict\":\"keep\"".formatted(made[2].backup()));
    assertThat(service.bean(Backups.class).find(made[1].backup()))
        .map(Backup::standing)
        .contains("being removed by retention: no copy of it counts any more");
  }

  private Manifest[] threeBackups(String purpose) throws IOException {
    SourceDatabase source = SourceDatabase.create(purpose).withOrders(1);
    Workshop workshop = new Workshop(disk()).withKey(folder.resolve("key.pem"));
    Manifest[] made = {
      workshop.backUp(source.access()),
      workshop.backUp(source.access()),
      workshop.backUp(source.access())
    };
    copy(folder.resolve("store"), folder.resolve("template"));
    return made;
  }

  private RunningService started() {
    List<String> arguments = RunningService.arguments(folder);
    arguments.add("--fairlead.backup.disk.keep-last=1");
    arguments.add("--fairlead.backup.drill.policy=never");
    RunningService service = RunningService.start(arguments);
    await().atMost(Duration.ofSeconds(30)).until(() -> completed(service).size() == 3);
    return service;
  }

  /** Three completed backups in a store, and a catalogue that knows them. */
  private void reset(RunningService service) throws IOException {
    JdbcClient sql = service.bean(JdbcClient.class);
    sql.sql("delete from backup_copy").update();
    sql.sql("delete from backup").update();
    new Tree(folder.resolve("store")).delete();
    copy(folder.resolve("template"), folder.resolve("store"));
    service.bean(Reconciliation.class).run();
    assertThat(completed(service)).hasSize(3).allMatch(Backup::trusted);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path)));
      }
    }
  }

  private static RetentionRounds round(RunningService service, Store store) {
    Stores stores = new Stores(List.of(store));
    Backups backups = service.bean(Backups.class);
    LeavingCopies leaving = service.bean(LeavingCopies.class);
    TransactionTemplate transaction = service.bean(TransactionTemplate.class);
    Clock clock = service.bean(Clock.class);
    Removal removal =
        new Removal(
            leaving,
            backups,
            service.bean(BackupEntries.class),
            stores,
            service.bean(Outbox.class),
            transaction,
            clock);
    return new RetentionRounds(
        backups,
        service.bean(Restores.class),
        stores,
        service.bean(RetentionPolicies.class),
        leaving,
        removal,
        transaction,
        clock);
  }

  private static boolean dies(RetentionRounds rounds) {
    return catchThrowableOfType(DyingStore.Killed.class, rounds::expire) != null;
  }

  private DiskStore disk() {
    return new DiskStore("disk", folder.resolve("store"));
  }

  private List<Manifest> manifests() {
    return new StoredBackups(disk()).all(Workshop.DATABASE);
  }

  private static void requireNewest(List<? extends Manifest> left, Manifest[] made) {
    assertThat(left)
        .extracting(Manifest::backup)
        .containsExactlyInAnyOrderElementsOf(
            List.of(made).reversed().stream().limit(left.size()).map(Manifest::backup).toList());
  }

  private boolean isWhole(Manifest manifest) {
    return new StoredBackups(disk()).defectOf(manifest) == null;
  }

  private void requireOnly(BackupId newest, RunningService service) {
    assertThat(completed(service)).extracting(Backup::id).containsExactly(newest);
    assertThat(disk().list("")).hasSize(2).allMatch(o -> o.key().contains(newest.toString()));
    assertThat(service.bean(LeavingCopies.class).all()).isEmpty();
  }

  private static List<Backup> completed(RunningService service) {
    return service.bean(Backups.class).completed(Workshop.DATABASE);
  }

  private static List<BackupId> told(Neighbourhood neighbours, List<BackupId> ids) {
    return neighbours.heard(BackupExpired.class).stream()
        .map(BackupExpired::backup)
        .filter(ids::contains)
        .toList();
  }
}
