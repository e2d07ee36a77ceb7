package dev.fairlead.backup.drill;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.archive.StoredBackups.Listed;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.DatabaseId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The newest backup of a database, found by what lies in a store. Restoring one runs what it holds,
 * so nothing is taken from there that the catalogue does not know just so: who can write to the
 * store must not be able to run programs here.
 */
record NewestStored(Store store, Backups backups) {

  /** Backups are daily; a store that is further behind than this misses some. */
  private static final Duration BEHIND = Duration.ofHours(25);

  /**
   * @throws BackupFailure when there is none, or none that is new enough or can be trusted
   */
  Manifest of(DatabaseId database) {
    StoredBackups stored = new StoredBackups(store);
    for (Listed listed : stored.all(database)) {
      Optional<Backup> known = backups.find(listed.keys().backup());
      Optional<Manifest> found =
          known.isPresent() && known.get().manifest() == null
              ? Optional.empty() // just being made, or failed after it had reached this store
              : stored.readableManifest(listed.keys());
      if (found.isPresent()) {
        requireSame(database, found.get(), known.map(Backup::manifest));
        requireTrusted(known.orElseThrow());
        if (known.get().disproof() != null) {
          continue; // nobody would recover from it, and a drill has told of it
        }
        requireRecent(database, found.get());
        return found.get();
      }
    }
    throw lacking("has no backup of " + database);
  }

  private void requireSame(DatabaseId database, Manifest found, Optional<Manifest> known) {
    if (known.isEmpty()) {
      throw new BackupFailure(
          BackupFailureReason.CHECKSUM_MISMATCH,
          "store %s has a backup %s of %s that the catalogue does not know"
              .formatted(store.name(), found.backup(), database),
          "find out who wrote it; to take it in: fairlead backup reconcile");
    }
    if (!known.get().equals(found) || !found.database().equals(database)) {
      throw new BackupFailure(
          BackupFailureReason.CHECKSUM_MISMATCH,
          "the manifest of backup %s in store %s is not the one of the catalogue"
              .formatted(found.backup(), store.name()),
          "find out who changed it, then make a new backup: fairlead backup run " + database);
    }
  }

  private void requireTrusted(Backup known) {
    if (!known.trusted()) {
      throw new BackupFailure(
          BackupFailureReason.CHECKSUM_MISMATCH,
          "our key did not sign backup %s of %s, which was found in store %s"
              .formatted(known.id(), known.database(), store.name()),
          "find out who wrote it, and remove it from the store if nobody here did; the next backup is signed");
    }
  }

  private void requireRecent(DatabaseId database, Manifest found) {
    Instant expected =
        backups
            .newestTrusted(database)
            .map(Backup::manifest)
            .map(manifest -> manifest.source().snapshotAt())
            .orElse(Instant.EPOCH);
    Instant snapshot = found.source().snapshotAt();
    if (snapshot.plus(BEHIND).isBefore(expected)) {
      throw lacking(
          "has nothing of %s that is newer than %s, and there is a backup of %s"
              .formatted(database, snapshot, expected));
    }
  }

  private BackupFailure lacking(String what) {
    return new BackupFailure(
        BackupFailureReason.EMPTY_RESULT,
        "store %s %s".formatted(store.name(), what),
        "see why backups do not reach it: fairlead backup reconcile --dry-run");
  }
}
