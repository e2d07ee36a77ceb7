package dev.fairlead.backup.archive;

import dev.fairlead.backup.store.Store;
import java.util.List;
import java.util.Optional;

/**
 * What attempts left that were killed. Manifests are published only after all archives were read
 * back, so one of them suffices to complete the backup; anything less is removed.
 */
public record InterruptedAttempts(List<? extends Store> stores, StatementKey key) {

  /**
   * @return the manifest, now published in every store; empty when no attempt came so far, and then
   *     nothing of any is left
   */
  public Optional<Manifest> takeUp(BackupKeys keys) {
    Optional<Manifest> published =
        stores.stream()
            .map(StoredBackups::new)
            .flatMap(stored -> stored.readableManifest(keys).stream())
            .filter(found -> ManifestSignature.isOurs(found, key))
            .findFirst();
    for (Store store : stores) {
      StoredBackups stored = new StoredBackups(store);
      published.ifPresentOrElse(stored::publishInstead, () -> stored.remove(keys));
    }
    return published;
  }
}
