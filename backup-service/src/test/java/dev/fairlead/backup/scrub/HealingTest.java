package dev.fairlead.backup.scrub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealingTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, 0, Integer.MAX_VALUE})
  void aManifestThatClaimsImpossiblePartsIsRefused(int partBytes) {
    DiskStore good = new DiskStore("good", folder.resolve("good"));
    DiskStore bad = new DiskStore("bad", folder.resolve("bad"));
    good.createOnce("key", new byte[] {1});
    Manifest.Archive archive =
        new Manifest.Archive("key", 1, "00", partBytes, List.of(), 1, List.of());

    assertThatThrownBy(() -> new Healing(good, bad, "key", archive).run())
        .isInstanceOfSatisfying(
            BackupFailure.class,
            e -> assertThat(e.reason()).isEqualTo(BackupFailureReason.CHECKSUM_MISMATCH))
        .hasMessageContaining("parts of");
  }
}
