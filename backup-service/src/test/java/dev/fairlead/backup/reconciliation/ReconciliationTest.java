package dev.fairlead.backup.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.Neighbourhood;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.events.BackupEvent.BackupCorrupted;
import dev.fairlead.events.BackupEvent.BackupExpired;
import dev.fairlead.events.BackupId;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service that has lost its database finds again what its stores hold, and keeps house. */
class ReconciliationTest {

  @TempDir Path folder;

  @Test
  void theCatalogueIsRebuiltFromTheStoreAndTheStoreIsTidied() {
    Neighbours.require("postgres", "pg_dump");
    SourceDatabase source = SourceDatabase.create("lost").withOrders(20);
    DiskStore store = new DiskStore("disk", folder.resolve("store"));
    Workshop workshop = new Workshop(store).withKey(folder.resolve("key.pem"));
    List<Manifest> manifests = new ArrayList<>();
    for (int n = 0; n < 4; n++) {
      manifests.add(workshop.backUp(source.access()));
    }
    List<String> arguments = RunningService.arguments(folder);
    arguments.add("--fairlead.backup.disk.keep-last=2");

    try (Neighbourhood neighbours = new Neighbourhood();
        RunningService service = RunningService.start(arguments)) {
      Manifest damaged = workshop.backUp(source.access());
      damage(store, damaged);
      store.createOnce("notes.txt", new byte[3]);
      assertThat(service.get("/reconciliation").body())
          .contains("in the store, not in the catalogue", "part of no backup", "to do");
      assertThat(service.bean(Backups.class).find(damaged.backup())).isEmpty();
      assertThat(service.post("/reconciliation", "").body())
          .contains(damaged.backup() + "/manifest.json", "see whether another store has this");
      store.delete(new BackupKeys(damaged.database(), damaged.backup()).manifest());
      Backups catalogue = service.bean(Backups.class);
      assertThat(catalogue.completed(Workshop.DATABASE))
          .extracting(backup -> backup.id())
          .containsExactlyInAnyOrderElementsOf(manifests.stream().map(Manifest::backup).toList());
      String dryRun = service.get("/retention").body();
      assertThat(dryRun).contains("one of the 2 newest good ones");

      BackupId oldest = manifests.getFirst().backup();
      assertThat(service.post("/retention", "").body()).as("as announced").isEqualTo(dryRun);
      neighbours.await(BackupExpired.class, event -> event.backup().equals(oldest));
      assertThat(store.list(Workshop.DATABASE.value()))
          .as("two backups, and the archive of the damaged one for a day")
          .hasSize(5);

      Manifest newest = manifests.getLast();
      store.delete(new BackupKeys(newest.database(), newest.backup()).manifest());
      service.bean(Reconciliation.class).run();
      neighbours.await(BackupCorrupted.class, event -> event.backup().equals(newest.backup()));
    }
  }

  /** One bad manifest must not hide the good ones. */
  private static void damage(DiskStore store, Manifest manifest) {
    String key = new BackupKeys(manifest.database(), manifest.backup()).manifest();
    store.delete(key);
    store.createOnce(key, "{".getBytes(StandardCharsets.UTF_8));
  }
}
