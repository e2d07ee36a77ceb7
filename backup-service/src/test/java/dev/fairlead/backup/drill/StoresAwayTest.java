package dev.fairlead.backup.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A drill while no store can be read")
class StoresAwayTest {

  @TempDir Path folder;

  @Test
  @DisplayName("says nothing against the backup")
  void away() throws Exception {
    Neighbours.require("postgres", "pg_dump");
    Path store = folder.resolve("store");
    Workshop workshop = new Workshop(new DiskStore("disk", store));
    Manifest manifest = workshop.backUp(SourceDatabase.create("outage").withOrders(5).access());
    Files.move(store, folder.resolve("elsewhere"));
    Files.writeString(store, "not mounted");

    BackupFailure failure =
        catchThrowableOfType(
            BackupFailure.class, () -> workshop.drill(manifest, folder.resolve("drills")));

    assertThat(failure.reason()).isEqualTo(BackupFailureReason.STORE_UNREACHABLE);
    assertThat(workshop.corrupted()).isEmpty();
  }
}
