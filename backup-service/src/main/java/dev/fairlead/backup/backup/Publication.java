package dev.fairlead.backup.backup;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.ManifestSignature;
import dev.fairlead.backup.archive.StatementKey;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.util.List;

/** The moment in which a backup begins to exist, in every store. */
record Publication(List<? extends Store> stores, StatementKey key) {

  /**
   * @return the manifest that is everywhere now: another attempt may have been first
   * @throws BackupFailure when a store does not have what the manifest says
   */
  Manifest publish(Manifest manifest) {
    requireEqualCopies(manifest);
    Manifest first = new StoredBackups(stores.getFirst()).publish(manifest);
    if (!first.equals(manifest)) {
      first = anotherAttempts(first) ? first : manifest;
    }
    for (Store store : stores) {
      new StoredBackups(store).publishInstead(first);
    }
    return first;
  }

  /** Whether it is another attempt's, which was faster. Of its archive we know nothing yet. */
  private boolean anotherAttempts(Manifest first) {
    if (!ManifestSignature.isOurs(first, key)) {
      return false;
    }
    requireEqualCopies(first);
    return true;
  }

  private void requireEqualCopies(Manifest manifest) {
    for (Store store : stores) {
      String defect = new StoredBackups(store).defectOf(manifest);
      if (defect != null) {
        throw new BackupFailure(
            BackupFailureReason.CHECKSUM_MISMATCH,
            defect,
            "check the memory, disk and network of this store");
      }
    }
  }
}
