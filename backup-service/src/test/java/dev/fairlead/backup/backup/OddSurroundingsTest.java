package dev.fairlead.backup.backup;

import static dev.fairlead.events.BackupEvent.BackupFailureReason.TOOL_MISMATCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.FakePrograms;
import dev.fairlead.backup.testing.JumpingClock;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("In odd surroundings")
class OddSurroundingsTest {

  @TempDir Path folder;
  private DiskStore store;
  private Workshop workshop;

  @BeforeEach
  void neighbours() {
    Neighbours.require("postgres", "pg_dump");
    store = new DiskStore("disk", folder.resolve("store"));
    workshop = new Workshop(store);
  }

  @Test
  @DisplayName("where pg_dump is not executable at all, there is no backup, and nothing of one")
  void noProgram() throws IOException {
    SourceDatabase source = SourceDatabase.create("noprogram");
    Path programs = FakePrograms.pgDump(folder, "#");
    Files.writeString(programs.resolve("pg_dump"), "no program");

    BackupFailure failure =
        catchThrowableOfType(
            BackupFailure.class, () -> workshop.withPrograms(programs).backUp(source.access()));

    assertThat(failure.reason()).isEqualTo(TOOL_MISMATCH);
    assertThat(store.list("")).isEmpty();
    assertThat(store.unfinished("")).isEmpty();
  }

  @Test
  @DisplayName("where the clock runs backwards and jumps by years, a backup is what it always is")
  void clock() {
    SourceDatabase source = SourceDatabase.create("clock").withOrders(20);

    Manifest manifest = workshop.withClock(new JumpingClock()).backUp(source.access());

    assertThat(manifest.source().snapshotAt())
        .as("told by the database, not by our clock")
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
    assertThat(store.list("")).hasSize(2);
  }
}
