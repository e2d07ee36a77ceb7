package dev.fairlead.backup.archive;

import dev.fairlead.backup.store.Store;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What attempts left that were killed. A manifest of ours whose archive is whole in every store
 * completes the backup; anything less is removed. The manifest alone says nothing: an attempt may
 * have been killed while it took away what it had made, or a store may have been away just then.
 */
public record InterruptedAttempts(List<? extends Store> stores, StatementKey key) {

  private static final Logger log = LoggerFactory.getLogger(InterruptedAttempts.class);

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
            .distinct()
            .filter(this::isWholeEverywhere)
            .findFirst();
    for (Store store : stores) {
      StoredBackups stored = new StoredBackups(store);
      published.ifPresentOrElse(stored::publishInstead, () -> stored.remove(keys));
    }
    return published;
  }

  private boolean isWholeEverywhere(Manifest manifest) {
    for (Store store : stores) {
      String defect = new StoredBackups(store).defectOf(manifest);
      if (defect != null) {
        log.info("backup={} next=made-anew because {}", manifest.backup(), defect);
        return false;
      }
    }
    return true;
  }
}
