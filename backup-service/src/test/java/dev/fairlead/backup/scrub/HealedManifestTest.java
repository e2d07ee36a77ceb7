package dev.fairlead.backup.scrub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.backup.Backup.Copy;
import dev.fairlead.backup.backup.BackupEntries;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.removal.RemovalLock;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Stores;
import dev.fairlead.backup.testing.DelegatingStore;
import dev.fairlead.backup.testing.DyingStore;
import dev.fairlead.backup.testing.DyingStore.Killed;
import dev.fairlead.backup.testing.Neighbourhood;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.events.BackupEvent.BackupCorrupted;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.service.outbox.Outbox;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

@DisplayName("A bad manifest over a good archive, with one store only")
class HealedManifestTest {

  private static final byte[] BAD = "{".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;
  private DiskStore disk;
  private Manifest made;

  @BeforeEach
  void backUp() {
    Neighbours.require("postgres", "pg_dump");
    disk = new DiskStore("disk", folder.resolve("store"));
    Workshop workshop = new Workshop(disk).withKey(folder.resolve("key.pem"));
    made = workshop.backUp(SourceDatabase.create("onestore").withOrders(1).access());
  }

  @Test
  @DisplayName(
      "is told, then written again from the catalogue; whoever dies meanwhile leaves one that is"
          + " there, and nothing that was not told")
  void fromTheCatalogue() throws IOException {
    List<String> arguments = RunningService.arguments(folder);
    arguments.add("--fairlead.backup.drill.policy=never");
    try (Neighbourhood neighbours = new Neighbourhood();
        RunningService service = RunningService.start(arguments).compared()) {
      int moments = 0;
      boolean killed = true;
      while (killed) {
        moments++;
        spoil(service);
        CopyCare dying = care(service, new DyingStore(disk, moments));

        killed = catchThrowableOfType(Killed.class, () -> inspect(dying, service)) != null;

        assertThat(new StoredBackups(disk).isPublished(keys())).as("moment %d", moments).isTrue();
        assertThat(Arrays.equals(stored(), BAD) || isTold(service) || !killed)
            .as("moment %d: what was done was told", moments)
            .isTrue();
        assertThat(inspect(care(service, disk), service)).as("moment %d", moments).isNull();
        assertThat(new StoredBackups(disk).manifest(keys())).contains(made);
        assertThat(copy(service).defect()).isNull();
      }
      assertThat(moments).as("moments there are").isGreaterThan(10);
      BackupCorrupted healed =
          neighbours.await(
              BackupCorrupted.class,
              event ->
                  event.backup().equals(made.backup()) && event.detail().contains("catalogue"));
      assertThat(healed.detail())
          .contains("its manifest cannot be read", "written again from the catalogue")
          .contains("the bad one is kept as");
      nothingCanBeSetAside(service);
      theArchiveIsBadAsWell(service);
    }
  }

  private void nothingCanBeSetAside(RunningService service) throws IOException {
    spoil(service);
    Store full =
        new DelegatingStore(disk) {
          @Override
          public void replace(String key, byte[] content) {
            if (key.startsWith(Healing.QUARANTINE)) {
              throw new BackupFailure(BackupFailureReason.STORE_FULL, "it is full", "make room");
            }
            super.replace(key, content);
          }
        };

    assertThat(inspect(care(service, full), service)).isNull();

    assertThat(new StoredBackups(disk).manifest(keys())).contains(made);
  }

  /** A manifest must not say that it is good. */
  private void theArchiveIsBadAsWell(RunningService service) throws IOException {
    spoil(service);
    disk.replace(keys().archive(made.archive().name()), new byte[3]);

    assertThat(inspect(care(service, disk), service)).contains("has 3 bytes", "cannot be read");

    assertThat(stored()).isEqualTo(BAD);
    assertThat(copy(service).defect()).contains("has 3 bytes");
  }

  private void spoil(RunningService service) {
    disk.replace(keys().manifest(), BAD);
    service.bean(JdbcClient.class).sql("update backup_copy set defect = null").update();
  }

  private byte[] stored() throws IOException {
    return Files.readAllBytes(folder.resolve("store").resolve(keys().manifest()));
  }

  private boolean isTold(RunningService service) {
    return copy(service).defect() != null;
  }

  private Copy copy(RunningService service) {
    return service
        .bean(Backups.class)
        .find(made.backup())
        .flatMap(backup -> backup.copyIn("disk"))
        .orElseThrow();
  }

  private @Nullable String inspect(CopyCare care, RunningService service) {
    return care.inspect(
            new StoredCopy(made.backup(), "disk", Instant.EPOCH, null),
            service.bean(ScrubRounds.class).freshInspection())
        .orElseThrow()
        .detailIfBad();
  }

  private static CopyCare care(RunningService service, Store store) {
    Stores stores = new Stores(List.of(store));
    CopyReadings readings = service.bean(CopyReadings.class);
    return new CopyCare(
        readings,
        service.bean(Backups.class),
        service.bean(BackupEntries.class),
        stores,
        new Healer(readings, stores, service.bean(RemovalLock.class)),
        service.bean(Outbox.class),
        service.bean(TransactionTemplate.class),
        service.bean(Clock.class));
  }

  private BackupKeys keys() {
    return new BackupKeys(made.database(), made.backup());
  }
}
