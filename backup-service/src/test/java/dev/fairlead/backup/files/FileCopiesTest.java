package dev.fairlead.backup.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.files.Attic.Archived;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.testing.DelegatingStore;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Files of which one store has a rotten pack")
class FileCopiesTest {

  @TempDir Path folder;

  private final List<String> told = new ArrayList<>();
  private Attic attic;
  private Archived archived;
  private Store rotten;

  @BeforeEach
  void archive() throws IOException {
    Neighbours.require("postgres");
    attic = new Attic(folder.resolve("store"));
    Path uploads = Files.createDirectories(folder.resolve("uploads")).toRealPath();
    Files.writeString(uploads.resolve("invoice"), "paid");
    archived = attic.archive(uploads);
    rotten = new DiskStore("rotten", folder.resolve("rotten"));
    for (Store.StoredObject object : attic.store().list("")) {
      try (InputStream content = attic.store().open(object.key()).orElseThrow()) {
        byte[] bytes = content.readAllBytes();
        bytes[bytes.length / 2] ^= (byte) (BackupKeys.isPack(object.key()) ? 1 : 0);
        rotten.createOnce(object.key(), bytes);
      }
    }
  }

  @Test
  @DisplayName("come from the next store, and the rotten one is told")
  void told() {
    restoreFrom(rotten, attic.store());

    assertThat(folder.resolve("back/invoice")).hasContent("paid");
    assertThat(told).singleElement().asString().startsWith("rotten .files/").contains("has sha256");
  }

  @Test
  @DisplayName("are not called bad while a store that may have them is away")
  void away() {
    BackupFailure failure =
        catchThrowableOfType(BackupFailure.class, () -> restoreFrom(rotten, awayOne()));

    assertThat(failure.reason()).isEqualTo(BackupFailureReason.STORE_UNREACHABLE);
    assertThat(failure.detail()).contains("has sha256", "the store is away");
    assertThat(failure.advice()).startsWith("check the stores");
  }

  @Test
  @DisplayName("are bad where every store was read and has them rotten")
  void rotten() {
    BackupFailure failure = catchThrowableOfType(BackupFailure.class, () -> restoreFrom(rotten));

    assertThat(failure.reason()).isEqualTo(BackupFailureReason.CHECKSUM_MISMATCH);
  }

  private Store awayOne() {
    return new DelegatingStore(attic.store()) {
      @Override
      public Optional<InputStream> open(String key) {
        if (BackupKeys.isPack(key)) {
          throw new BackupFailure(
              BackupFailureReason.STORE_UNREACHABLE, "the store is away", "wait");
        }
        return super.open(key);
      }
    };
  }

  private void restoreFrom(Store... some) {
    attic.restoreFrom(
        List.of(some),
        archived,
        root -> folder.resolve("back"),
        (backup, store, key, defect) -> told.add("%s %s %s".formatted(store.name(), key, defect)));
  }
}
