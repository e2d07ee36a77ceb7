package dev.fairlead.backup.drill;

import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.ManifestSignature;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.archive.TrustedKey;
import dev.fairlead.backup.store.Store;
import java.util.Optional;

/**
 * What a key says of the backups in a store: whoever may write to a store must not be able to make
 * a backup look like one of ours.
 */
public record Vouching(Store store, TrustedKey key) {

  /** Whether it signed this manifest, or a statement beside it that a drill proved it. */
  public boolean covers(Manifest manifest) {
    return ManifestSignature.fits(manifest, key) || latestDrill(manifest).isPresent();
  }

  record Signed(DrillStatement stated, String statement) {}

  /** What it signed after the latest drill of this very backup. */
  Optional<Signed> latestDrill(Manifest manifest) {
    BackupKeys keys = new BackupKeys(manifest.database(), manifest.backup());
    return new StoredBackups(store)
        .statements(keys).stream()
            .flatMap(it -> signed(it).stream())
            .filter(it -> it.stated().isOf(manifest))
            .findFirst();
  }

  private Optional<Signed> signed(String statement) {
    return key.verified(statement, DrillStatement.class)
        .map(stated -> new Signed(stated, statement));
  }
}
