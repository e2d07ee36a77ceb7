package dev.fairlead.backup.reconciliation;

import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.store.Store.StoredObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The object without which there is no copy of a backup at all.
 *
 * @param key absent where the catalogue has no manifest of it
 */
record StoredArchive(@Nullable String key) {

  static StoredArchive of(Backup backup) {
    Manifest manifest = backup.manifest();
    return new StoredArchive(
        manifest == null
            ? null
            : new BackupKeys(backup.database(), backup.id()).archive(manifest.archive().name()));
  }

  boolean isIn(List<StoredObject> objects) {
    return objects.stream().anyMatch(object -> object.key().equals(key));
  }
}
