package dev.fairlead.backup.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.Backup.Copy;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Stores;
import dev.fairlead.backup.testing.Neighbourhood;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.TurnedClock;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.events.BackupEvent.BackupCorrupted;
import dev.fairlead.events.BackupId;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

@DisplayName("A completed backup whose manifest a store has lost for longer than a day")
class LostManifestTest {

  @TempDir Path folder;
  private final TurnedClock clock = new TurnedClock();
  private DiskStore disk;
  private DiskStore far;
  private SourceDatabase source;

  @BeforeEach
  void stores() {
    Neighbours.require("postgres", "pg_dump");
    disk = new DiskStore("disk", folder.resolve("store"));
    far = new DiskStore("s3", folder.resolve("far"));
    source = SourceDatabase.create("lostmanifest").withOrders(3);
    clock.turnBy(Duration.ofHours(25));
  }

  @Test
  @DisplayName(
      "keeps its archive, and gets its manifest again from the catalogue where the archive is good;"
          + " what never was a backup goes")
  void oneStore() {
    Workshop workshop = workshop(disk);
    Manifest good = workshop.backUp(source.access());
    Manifest bad = workshop.backUp(source.access());
    try (Neighbourhood neighbours = new Neighbourhood();
        RunningService service = started(new Stores(List.of(disk)))) {
      for (Manifest lost : List.of(good, bad)) {
        disk.delete(keys(lost).manifest());
      }
      disk.replace(archiveOf(bad), new byte[3]);
      pin(service, bad);
      disk.createOnce(keys(good).archive(BackupKeys.archiveName(9)), new byte[1]);
      BackupKeys never = new BackupKeys(good.database(), BackupId.random());
      disk.createOnce(never.archive(BackupKeys.archiveName(1)), new byte[1]);

      assertThat(service.bean(Reconciliation.class).look())
          .extracting(Finding::key)
          .containsExactlyInAnyOrder(keys(good).manifest(), keys(bad).manifest(), never.folder());
      service.bean(Reconciliation.class).run();

      assertThat(new StoredBackups(disk).manifest(keys(good))).contains(good);
      assertThat(copyIn(disk, good, service).defect()).isNull();
      assertThat(disk.list(never.folder())).isEmpty();
      assertThat(disk.list(keys(bad).folder())).as("not even what is bad goes").hasSize(1);
      assertThat(copyIn(disk, bad, service).defect()).contains("has 3 bytes");
      assertThat(service.bean(Reconciliation.class).run())
          .as("the bad one is not read each time")
          .extracting(Finding::key)
          .containsExactly(keys(good).archive(BackupKeys.archiveName(9)));
      assertThat(disk.list(keys(good).folder())).hasSize(2);
      assertThat(service.bean(Reconciliation.class).run()).isEmpty();
      neighbours.await(
          BackupCorrupted.class,
          event ->
              event.backup().equals(good.backup()) && event.detail().equals(Copy.WITHOUT_MANIFEST));
      neighbours.await(
          BackupCorrupted.class,
          event ->
              event.backup().equals(good.backup()) && event.detail().contains("written again"));
      whatMayBeAllThatIsLeftStays(service, good);
    }
  }

  private void whatMayBeAllThatIsLeftStays(RunningService service, Manifest good) {
    String other = keys(good).archive(BackupKeys.archiveName(9));
    disk.createOnce(other, new byte[1]);
    disk.delete(archiveOf(good));

    service.bean(Reconciliation.class).run();

    assertThat(disk.open(other)).as("the archive that the manifest names is gone").isPresent();
  }

  @Test
  @DisplayName(
      "is found good again also with a catalogue that was lost, where another store has it")
  void catalogueLost() {
    Workshop workshop = workshop(disk, far);
    Manifest good = workshop.backUp(source.access());
    Manifest bad = workshop.backUp(source.access());
    Manifest rotten = workshop.backUp(source.access());
    for (Manifest lost : List.of(good, bad, rotten)) {
      disk.delete(keys(lost).manifest());
    }
    disk.replace(archiveOf(bad), new byte[3]);
    disk.replace(archiveOf(rotten), new byte[3]);
    far.replace(archiveOf(rotten), new byte[4]);
    try (Neighbourhood neighbours = new Neighbourhood();
        RunningService service = started(new Stores(List.of(disk, far)))) {
      service.bean(Reconciliation.class).run();
      service.bean(Reconciliation.class).run();

      for (Manifest lost : List.of(good, bad)) {
        assertThat(new StoredBackups(disk).manifest(keys(lost))).contains(lost);
        assertThat(new StoredBackups(disk).defectOf(lost)).isNull();
        assertThat(copyIn(disk, lost, service).defect()).isNull();
      }
      requireToldOf(rotten, service, neighbours);
      whatIsNoCopyGoesUnlessItIsPinned(service, good);
    }
  }

  private static void requireToldOf(
      Manifest rotten, RunningService service, Neighbourhood neighbours) {
    await().atMost(Duration.ofMinutes(1)).until(service::hasToldAll);
    neighbours.catchUp();
    assertThat(neighbours.heard(BackupCorrupted.class))
        .filteredOn(event -> event.backup().equals(rotten.backup()))
        .filteredOn(event -> event.store().equals("disk"))
        .as("that its manifest was lost, and then that its archive is bad")
        .extracting(BackupCorrupted::detail)
        .hasSize(2)
        .contains(Copy.WITHOUT_MANIFEST)
        .anyMatch(detail -> detail.contains("has 3 bytes"));
  }

  private void whatIsNoCopyGoesUnlessItIsPinned(RunningService service, Manifest good) {
    new StoredBackups(disk).remove(keys(good));
    disk.createOnce(keys(good).archive(BackupKeys.archiveName(9)), new byte[1]);
    sql(service, "delete from backup_copy where store = 'disk' and backup = ?", good.backup());
    pin(service, good);
    assertThat(service.bean(Reconciliation.class).run())
        .extracting(Finding::outcome)
        .singleElement()
        .asString()
        .contains("kept: pinned");
    sql(service, "update backup set pinned_for = null where id = ?", good.backup());
    sql(service, "update backup_copy set defect = 'is bad' where backup = ?", good.backup());
    assertThat(service.bean(Reconciliation.class).run())
        .extracting(Finding::outcome)
        .containsExactly("kept: no store has a good copy of this backup");
    sql(service, "update backup_copy set defect = null where backup = ?", good.backup());

    service.bean(Reconciliation.class).run();

    assertThat(disk.list(keys(good).folder())).isEmpty();
    assertThat(far.list(keys(good).folder())).hasSize(2);
  }

  private Workshop workshop(Store... stores) {
    return new Workshop(stores).withKey(folder.resolve("key.pem"));
  }

  private RunningService started(Stores stores) {
    List<String> arguments = RunningService.arguments(folder);
    arguments.add("--fairlead.backup.drill.policy=never");
    return RunningService.start(arguments, clock, set -> stores).compared();
  }

  private static Copy copyIn(Store store, Manifest manifest, RunningService service) {
    Backup backup = service.bean(Backups.class).find(manifest.backup()).orElseThrow();
    return backup.copyIn(store.name()).orElseThrow();
  }

  private static void pin(RunningService service, Manifest manifest) {
    service
        .bean(JdbcClient.class)
        .sql("update backup set pinned_for = ? where id = ?")
        .params(UUID.randomUUID(), manifest.backup().value())
        .update();
  }

  private static void sql(RunningService service, String statement, BackupId backup) {
    service.bean(JdbcClient.class).sql(statement).param(backup.value()).update();
  }

  private static String archiveOf(Manifest manifest) {
    return keys(manifest).archive(manifest.archive().name());
  }

  private static BackupKeys keys(Manifest manifest) {
    return new BackupKeys(manifest.database(), manifest.backup());
  }
}
