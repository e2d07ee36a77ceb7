package dev.fairlead.backup.drill;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.ManifestJson;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.reconciliation.Finding;
import dev.fairlead.backup.reconciliation.Reconciliation;
import dev.fairlead.backup.retention.RetentionRounds;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.Neighbourhood;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.events.BackupEvent.BackupDrillFailed;
import dev.fairlead.events.BackupEvent.RecoveryDrillFailed;
import dev.fairlead.events.BackupEvent.RestoreCompleted;
import dev.fairlead.events.BackupId;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever can write to a store can write a whole backup: the public key is all it takes. */
@DisplayName("A backup that somebody else wrote into a store")
class ForgedBackupTest {

  @TempDir Path folder;

  @Test
  @DisplayName(
      "is taken in, and run only where a person names it: no drill, no newest, no retention")
  void forged() throws Exception {
    Neighbours.require("postgres", "pg_dump");
    SourceDatabase source = SourceDatabase.create("forged").withOrders(20);
    DiskStore store = new DiskStore("disk", folder.resolve("store"));
    Workshop workshop = new Workshop(store);
    Files.writeString(folder.resolve("identity.txt"), workshop.identityFile());
    Manifest ours = workshop.withKey(folder.resolve("key.pem")).backUp(source.access());
    workshop.withKey(folder.resolve("foreign.pem"));
    source.sql("create table planted ()");
    Manifest forged = workshop.backUp(source.access());
    misplace(store, ours);
    List<String> arguments = RunningService.arguments(folder);
    arguments.add("--fairlead.backup.disk.keep-last=1");

    try (Neighbourhood neighbours = new Neighbourhood();
        RunningService service = RunningService.start(arguments)) {
      neighbours.tell(RunningService.manifest(Workshop.DATABASE, source, folder));
      Backups catalogue = service.bean(Backups.class);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  service.get("/databases").body().contains(Workshop.DATABASE.value())
                      && catalogue.completed(Workshop.DATABASE).size() == 2);

      assertThat(catalogue.find(ours.backup())).map(Backup::trusted).contains(true);
      assertThat(catalogue.find(forged.backup())).map(Backup::trusted).contains(false);
      assertThat(service.get("/backups/" + forged.backup()).body()).contains("\"trusted\":false");

      service.bean(RecoveryDrillRounds.class).drill(Workshop.DATABASE);
      neighbours.await(
          RecoveryDrillFailed.class,
          event -> event.detail().contains("our key did not sign backup " + forged.backup()));
      service.post("/backups/%s/drill".formatted(forged.backup()), "");
      neighbours.await(
          BackupDrillFailed.class,
          event ->
              event.backup().equals(forged.backup())
                  && event.detail().contains("our key did not sign it"));

      assertThat(restored(neighbours, service, source.name() + "_newest", null))
          .isEqualTo(ours.backup());
      assertThat(source.query(source.name() + "_newest", "select to_regclass('planted')::text"))
          .containsOnlyNulls();
      assertThat(restored(neighbours, service, source.name() + "_named", forged.backup()))
          .isEqualTo(forged.backup());

      service.bean(RetentionRounds.class).expire();
      assertThat(catalogue.completed(Workshop.DATABASE)).as("none pushes out another").hasSize(2);

      assertThat(service.bean(Reconciliation.class).run())
          .as("one in the wrong folder keeps nothing else from being settled")
          .extracting(Finding::outcome)
          .anyMatch(outcome -> outcome.contains("it is the manifest of"));

      // A key that was brought along later.
      Files.copy(folder.resolve("foreign.pem"), folder.resolve("key.pem"), REPLACE_EXISTING);
      service.bean(Reconciliation.class).run();
      assertThat(catalogue.find(forged.backup())).map(Backup::trusted).contains(true);
    }
  }

  private static void misplace(DiskStore store, Manifest manifest) {
    BackupKeys elsewhere = new BackupKeys(manifest.database(), BackupId.random());
    store.createOnce(elsewhere.manifest(), ManifestJson.write(manifest));
  }

  private static BackupId restored(
      Neighbourhood neighbours, RunningService service, String into, @Nullable BackupId backup) {
    String named = backup == null ? "" : ",\"backup\":\"%s\"".formatted(backup);
    service.post(
        "/restores",
        "{\"database\":\"%s\",\"newDatabase\":\"%s\"%s}".formatted(Workshop.DATABASE, into, named));
    return neighbours
        .await(RestoreCompleted.class, event -> into.equals(event.restoredInto()))
        .backup();
  }
}
