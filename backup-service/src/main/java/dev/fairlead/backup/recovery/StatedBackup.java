package dev.fairlead.backup.recovery;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.ManifestSignature;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.BackupId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the latest drill of a backup stated, as it lies beside it, with what it must be compared
 * with. Whether the signature fits is for others to find out, who have a key.
 *
 * @param archiveSha256 of the stored bytes, as the manifest says
 * @param contentsSha256 of what the manifest says they hold
 * @param manifestSha256 of all that the manifest says
 * @param statement a JSON Web Signature
 */
record StatedBackup(
    String backup,
    String database,
    String archiveSha256,
    String contentsSha256,
    String manifestSha256,
    String statement) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * @return a JSON document on one line
   * @throws BackupFailure when the store has no such backup, or no statement of it
   */
  static String in(Store store, @Nullable BackupId backup) {
    if (backup == null) {
      throw new IllegalArgumentException("--backup is missing; --statement is of one backup");
    }
    RecoverableBackups backups = new RecoverableBackups(store, null);
    Manifest manifest =
        backups.of(null).stream()
            .filter(found -> found.keys().backup().equals(backup))
            .findFirst()
            .flatMap(backups::read)
            .orElseThrow(() -> missing("backup " + backup, store));
    BackupKeys keys = new BackupKeys(manifest.database(), backup);
    requireNotDisproved(backups, manifest);
    String statement =
        new StoredBackups(store)
            .statements(keys).stream()
                .findFirst()
                .orElseThrow(() -> missing("statement of a drill of backup " + backup, store));
    return JSON.writeValueAsString(
        new StatedBackup(
            backup.toString(),
            manifest.database().toString(),
            manifest.archive().sha256(),
            manifest.contentsSha256(),
            ManifestSignature.sha256(manifest),
            statement));
  }

  private static void requireNotDisproved(RecoverableBackups backups, Manifest manifest) {
    Optional<String> disproof = backups.saidToBeDisproved(manifest);
    if (disproof.isPresent()) {
      throw new BackupFailure(
          BackupFailureReason.CHECKSUM_MISMATCH,
          "the latest drill of backup %s found other data than its snapshot held (%s)"
              .formatted(manifest.backup(), disproof.get()),
          "do not count on this backup; see which others the store has");
    }
  }

  private static BackupFailure missing(String what, Store store) {
    return new BackupFailure(
        BackupFailureReason.EMPTY_RESULT,
        "store %s has no %s".formatted(store.name(), what),
        "list what is there (fairlead restore --from …); a backup that was never drilled has no statement");
  }
}
