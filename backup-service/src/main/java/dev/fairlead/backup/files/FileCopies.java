package dev.fairlead.backup.files;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.AgeIdentity;
import dev.fairlead.backup.archive.ArchiveReader;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.Passage;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Indexes and packs on their way back out of the first store that has them whole. */
record FileCopies(List<? extends Store> stores) {

  /**
   * {@code target} may be begun anew several times, and is to be believed once this returns.
   *
   * @throws BackupFailure when no store has it
   */
  void read(
      String key, Manifest.Archive archive, AgeIdentity identity, Supplier<OutputStream> target) {
    List<String> failures = new ArrayList<>();
    for (Store store : stores) {
      try (InputStream stored = store.open(key).orElseThrow(() -> new IOException("is not there"));
          OutputStream sink = target.get()) {
        ArchiveReader.copyDump(stored, archive, identity, sink, Passage.UNHEARD);
        return;
      } catch (IOException | BackupFailure e) {
        failures.add("%s: %s".formatted(store.name(), e.getMessage()));
      }
    }
    throw new BackupFailure(
        BackupFailureReason.CHECKSUM_MISMATCH,
        "no store has %s whole: %s".formatted(key, String.join("; ", failures)),
        "restore the files of another backup");
  }
}
