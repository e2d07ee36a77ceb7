package dev.fairlead.backup.files;

import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupId;

/** Hears of every index and pack that is not what its manifest says. */
@FunctionalInterface
public interface CorruptFiles {

  /** For whoever has no catalogue to note it in. */
  CorruptFiles UNHEARD = (backup, store, key, defect) -> {};

  /**
   * @param backup whose restore came upon it; others may share the pack
   */
  void found(BackupId backup, Store store, String key, String defect);
}
