package dev.fairlead.backup.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.testing.DelegatingStore;
import dev.fairlead.backup.testing.DyingStore;
import dev.fairlead.backup.testing.DyingStore.Killed;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
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

  /** Whoever can write to a store can write anything. */
  @Test
  @DisplayName("of any size is no manifest, and only as much of it is read as one can have")
  void endless() throws IOException {
    Manifest manifest = manifest();
    BackupKeys keys = new BackupKeys(manifest.database(), manifest.backup());
    EndlessStore endless = new EndlessStore(new DiskStore("disk", folder));

    BackupFailure failure =
        catchThrowableOfType(BackupFailure.class, () -> new StoredBackups(endless).manifest(keys));

    assertThat(failure.reason()).isEqualTo(BackupFailureReason.CHECKSUM_MISMATCH);
    assertThat(failure.detail()).contains(keys.manifest(), "larger than");
    assertThat(new StoredBackups(endless).readableManifest(keys)).isEmpty();
    assertThat(endless.read).as("bytes, at both times").isLessThan(3L * 64 * 1024 * 1024);
  }

  @Test
  @DisplayName("has the statements beside it that are some, whatever is put beside them")
  void statements() throws IOException {
    Manifest manifest = manifest();
    BackupKeys keys = new BackupKeys(manifest.database(), manifest.backup());
    DiskStore disk = new DiskStore("disk", folder);
    disk.createOnce(keys.statement(Instant.EPOCH), "signed".getBytes(StandardCharsets.UTF_8));
    disk.createOnce(keys.statement(Instant.EPOCH.plusSeconds(9)), new byte[64 * 1024 + 1]);

    assertThat(new StoredBackups(disk).statements(keys)).containsExactly("signed");
  }

  /** Every object in it goes on for ever. */
  private static final class EndlessStore extends DelegatingStore {

    private long read;

    EndlessStore(Store store) {
      super(store);
    }

    @Override
    public Optional<InputStream> open(String key) {
      return Optional.of(
          new InputStream() {
            @Override
            public int read() {
              read++;
              return ' ';
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
              if (read > 1L << 30) {
                throw new IOException("a gigabyte was read of what has no end");
              }
              Arrays.fill(target, offset, offset + length, (byte) ' ');
              read += length;
              return length;
            }
          });
    }
  }

  private static Manifest manifest() throws IOException {
    try (InputStream stream =
        StoredBackupsTest.class.getResourceAsStream("manifest-before-classes.json")) {
      return ManifestJson.read(stream);
    }
  }
}
