package dev.fairlead.backup.files;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.AgeIdentity;
import dev.fairlead.backup.archive.ArchiveReader;
import dev.fairlead.backup.archive.CorruptCopy;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.Passage;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.BackupId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Indexes and packs on their way back out of the first store that has them whole. */
record FileCopies(List<? extends Store> stores, BackupId backup, CorruptFiles witness) {

  private static final Logger log = LoggerFactory.getLogger(FileCopies.class);

  /**
   * {@code target} may be begun anew several times, and is to be believed once this returns.
   *
   * @throws BackupFailure when no store has it: as a mismatch only where all were read and are bad
   */
  void read(
      String key, Manifest.Archive archive, AgeIdentity identity, Supplier<OutputStream> target) {
    List<String> failures = new ArrayList<>();
    int corrupt = 0;
    for (Store store : stores) {
      try (InputStream stored = store.open(key).orElseThrow(() -> new CorruptCopy("is not there"));
          OutputStream sink = target.get()) {
        ArchiveReader.copyDump(stored, archive, identity, sink, Passage.UNHEARD);
        return;
      } catch (IOException | BackupFailure e) {
        if (isBad(e)) {
          corrupt++;
          witness.found(backup, store, key, String.valueOf(e.getMessage()));
        }
        failures.add("%s: %s".formatted(store.name(), e.getMessage()));
      }
      log.warn("backup={} key={} passed over in {}", backup, key, failures.getLast());
    }
    throw failure(key, failures, corrupt == stores.size());
  }

  /** Also where more comes out of it than a pack can hold. */
  private static boolean isBad(Exception found) {
    return found instanceof CorruptCopy
        || (found instanceof BackupFailure failure
            && failure.reason() == BackupFailureReason.CHECKSUM_MISMATCH);
  }

  /** A copy that could not be read may be good. */
  private static BackupFailure failure(String key, List<String> failures, boolean allAreBad) {
    return new BackupFailure(
        allAreBad ? BackupFailureReason.CHECKSUM_MISMATCH : BackupFailureReason.STORE_UNREACHABLE,
        "no store has %s whole: %s".formatted(key, String.join("; ", failures)),
        allAreBad
            ? "restore the files of another backup"
            : "check the stores, room at the target and the age identity, then request it again");
  }
}
