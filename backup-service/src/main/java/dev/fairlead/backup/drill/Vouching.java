package dev.fairlead.backup.drill;

import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.ManifestSignature;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.archive.TrustedKey;
import dev.fairlead.backup.backup.Backup.Disproof;
import dev.fairlead.backup.store.Store;
import java.time.Instant;
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

  /**
   * What it signed after the latest drill that restored other data than this very backup's snapshot
   * held; empty where a later one proved it.
   */
  Optional<Disproof> standingDisproof(Manifest manifest) {
    BackupKeys keys = new BackupKeys(manifest.database(), manifest.backup());
    Instant proved =
        latestDrill(manifest).map(Signed::stated).map(DrillStatement::at).orElse(Instant.MIN);
    return new StoredBackups(store)
        .disproofs(keys).stream()
            .flatMap(it -> disproof(it, manifest).stream())
            .findFirst()
            .filter(it -> it.at().isAfter(proved));
  }

  /** Whether a drill found other data in it than its snapshot held, and none proved it since. */
  public boolean disproves(Manifest manifest) {
    return standingDisproof(manifest).isPresent();
  }

  private Optional<Disproof> disproof(String signed, Manifest manifest) {
    return key.verified(signed, DrillDisproof.class)
        .filter(it -> it.isOf(manifest))
        .map(it -> it.noted(signed));
  }

  private Optional<Signed> signed(String statement) {
    return key.verified(statement, DrillStatement.class)
        .map(stated -> new Signed(stated, statement));
  }
}
