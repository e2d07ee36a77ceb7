package dev.fairlead.backup.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.backup.BackupEntries;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.backup.CompletedBackup;
import dev.fairlead.backup.folder.Tree;
import dev.fairlead.backup.reconciliation.Reconciliation;
import dev.fairlead.backup.removal.RemovalLock;
import dev.fairlead.backup.restore.Restores;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Stores;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.events.BackupId;
import dev.fairlead.service.outbox.Outbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Three completed backups in a store, of which retention keeps the newest.
 *
 * @param made the oldest first
 */
record ThreeBackups(Path folder, List<Manifest> made) {

  static ThreeBackups make(String purpose, Path folder) throws IOException {
    SourceDatabase source = SourceDatabase.create(purpose).withOrders(1);
    DiskStore disk = new DiskStore("disk", folder.resolve("store"));
    Workshop workshop = new Workshop(disk).withKey(folder.resolve("key.pem"));
    List<Manifest> made =
        List.of(
            workshop.backUp(source.access()),
            workshop.backUp(source.access()),
            workshop.backUp(source.access()));
    copy(folder.resolve("store"), folder.resolve("template"));
    return new ThreeBackups(folder, made);
  }

  /** With a catalogue that knows them. */
  RunningService started() {
    List<String> arguments = RunningService.arguments(folder);
    arguments.add("--fairlead.backup.disk.keep-last=1");
    arguments.add("--fairlead.backup.drill.policy=never");
    return RunningService.start(arguments).compared();
  }

  /** All as it was at first. */
  void reset(RunningService service) throws IOException {
    JdbcClient sql = service.bean(JdbcClient.class);
    sql.sql("delete from backup_copy").update();
    sql.sql("delete from backup").update();
    await().ignoreExceptions().until(this::isEmptied); // it may still be tried, after the start
    copy(folder.resolve("template"), folder.resolve("store"));
    service.bean(Reconciliation.class).run();
    assertThat(completed(service)).hasSize(3).allMatch(CompletedBackup::trusted);
  }

  private boolean isEmptied() throws IOException {
    new Tree(folder.resolve("store")).delete();
    return true;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path)));
      }
    }
  }

  /** Those of another service on the same catalogue, which has little patience. */
  static RetentionRounds rounds(RunningService service, Store store) {
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
        new RemovalLock(service.bean(DataSource.class), Duration.ofMillis(500)),
        transaction,
        clock);
  }

  DiskStore disk() {
    return new DiskStore("disk", folder.resolve("store"));
  }

  List<Manifest> manifests() {
    StoredBackups stored = new StoredBackups(disk());
    return stored.all(Workshop.DATABASE).stream()
        .map(listed -> stored.manifest(listed.keys()).orElseThrow())
        .toList();
  }

  boolean isWhole(Manifest manifest) {
    return new StoredBackups(disk()).defectOf(manifest) == null;
  }

  void requireOnlyNewest(RunningService service) {
    BackupId newest = made.getLast().backup();
    assertThat(completed(service)).extracting(CompletedBackup::id).containsExactly(newest);
    assertThat(disk().list("")).hasSize(2).allMatch(o -> o.key().contains(newest.toString()));
    assertThat(service.bean(LeavingCopies.class).all()).isEmpty();
  }

  private static List<CompletedBackup> completed(RunningService service) {
    return service.bean(Backups.class).completed(Workshop.DATABASE);
  }
}
