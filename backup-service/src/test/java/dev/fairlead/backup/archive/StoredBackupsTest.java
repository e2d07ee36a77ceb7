package dev.fairlead.backup.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.DyingStore;
import dev.fairlead.backup.testing.DyingStore.Killed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A manifest in a store")
class StoredBackupsTest {

  private static final byte[] BAD = "{".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  @Test
  @DisplayName("that is replaced is there at every moment, whenever its writer dies")
  void replaced() throws IOException {
    Manifest manifest = manifest();
    BackupKeys keys = new BackupKeys(manifest.database(), manifest.backup());
    int moments = 0;
    boolean killed = true;
    while (killed) {
      moments++;
      DiskStore disk = new DiskStore("disk", folder.resolve("store-" + moments));
      disk.createOnce(keys.manifest(), BAD);
      StoredBackups dying = new StoredBackups(new DyingStore(disk, moments));

      killed = catchThrowableOfType(Killed.class, () -> dying.publishInstead(manifest)) != null;

      assertThat(new StoredBackups(disk).isPublished(keys)).as("moment %d", moments).isTrue();
      new StoredBackups(disk).publishInstead(manifest);
      assertThat(new StoredBackups(disk).manifest(keys)).contains(manifest);
    }
    assertThat(moments).as("moments there are").isGreaterThan(8);
  }

  private static Manifest manifest() throws IOException {
    try (InputStream stream =
        StoredBackupsTest.class.getResourceAsStream("manifest-before-classes.json")) {
      return ManifestJson.read(stream);
    }
  }
}
