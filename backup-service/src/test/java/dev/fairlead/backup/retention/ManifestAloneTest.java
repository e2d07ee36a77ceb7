package dev.fairlead.backup.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.backup.Backup.Copy;
import dev.fairlead.backup.backup.BackupEntries;
import dev.fairlead.backup.testing.DyingStore;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A whole archive whose manifest alone is lost or bad")
class ManifestAloneTest {

  @TempDir Path folder;

  @Test
  @DisplayName(
      "is not taken by retention until the manifest is written again, nor by one that is resumed")
  void stays() throws IOException {
    Neighbours.require("postgres", "pg_dump");
    ThreeBackups three = ThreeBackups.make("manifestalone", folder);
    try (RunningService service = three.started()) {
      for (String defect : List.of(Copy.WITHOUT_MANIFEST, "its manifest cannot be read: half")) {
        three.reset(service);
        spoil(three.made().get(1), defect, service);

        service.bean(RetentionRounds.class).expire();

        requireOnlyOldestIsGone(three);
      }
      resumed(three, service);
    }
  }

  private static void resumed(ThreeBackups three, RunningService service) throws IOException {
    three.reset(service);
    RetentionRounds dying = ThreeBackups.rounds(service, new DyingStore(three.disk(), 1));
    assertThat(catchThrowableOfType(DyingStore.Killed.class, dying::expire)).isNotNull();
    Manifest second = three.made().get(1);
    three.disk().delete(keys(second).manifest());
    spoil(three.made().getLast(), "has 1 byte", service);

    service.bean(RetentionRounds.class).expire();

    requireOnlyOldestIsGone(three);
    assertThat(new StoredBackups(three.disk()).manifest(keys(second)))
        .as("the last good one counts")
        .contains(second);
  }

  private static void spoil(Manifest manifest, String defect, RunningService service) {
    assertThat(service.bean(BackupEntries.class).copyIsDefect(manifest.backup(), "disk", defect))
        .isTrue();
  }

  private static void requireOnlyOldestIsGone(ThreeBackups three) {
    assertThat(three.made())
        .extracting(three::isWhole)
        .as("from the oldest to the newest")
        .containsExactly(false, true, true);
  }

  private static BackupKeys keys(Manifest manifest) {
    return new BackupKeys(manifest.database(), manifest.backup());
  }
}
