package dev.fairlead.backup.retention;

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
    Workshop workshop = new Workshop(store);
    List<Manifest> manifests = new ArrayList<>();
    for (int n = 0; n < 4; n++) {
      manifests.add(workshop.backUp(source.access()));
    }
    List<String> arguments = RunningService.arguments(folder);
    arguments.add("--fairlead.backup.disk.keep-last=2");

    try (Neighbourhood neighbours = new Neighbourhood();
        RunningService service = RunningService.start(arguments)) {
      service.bean(Reconciliation.class).run();
      Backups catalogue = service.bean(Backups.class);
      assertThat(catalogue.completed(Workshop.DATABASE))
          .extracting(backup -> backup.id())
          .containsExactlyInAnyOrderElementsOf(manifests.stream().map(Manifest::backup).toList());
      assertThat(service.get("/retention").body()).contains("one of the 2 newest good ones");

      BackupId oldest = manifests.getFirst().backup();
      service.bean(RetentionRounds.class).expire();
      neighbours.await(BackupExpired.class, event -> event.backup().equals(oldest));
      assertThat(store.list("")).hasSize(4);

      Manifest newest = manifests.getLast();
      store.delete(new BackupKeys(newest.database(), newest.backup()).manifest());
      service.bean(Reconciliation.class).run();
      neighbours.await(BackupCorrupted.class, event -> event.backup().equals(newest.backup()));
    }
  }
}
