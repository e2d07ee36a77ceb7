package dev.fairlead.backup.reconciliation;

import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.BackupState;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.reconciliation.Discrepancy.Excess;
import dev.fairlead.backup.reconciliation.Discrepancy.Leftover;
import dev.fairlead.backup.restore.Restores;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Stores;
import dev.fairlead.events.BackupId;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Removes what is left over, unless something speaks for it at the last moment: between a
 * comparison and this there may have been hours.
 */
@Component
class Leftovers {

  private final Backups backups;
  private final Restores restores;
  private final Stores stores;

  Leftovers(Backups backups, Restores restores, Stores stores) {
    this.backups = backups;
    this.restores = restores;
    this.stores = stores;
  }

  /**
   * @return done, or why it stays
   */
  String remove(Leftover leftover) {
    Optional<String> reason = toStay(leftover);
    if (reason.isEmpty()) {
      new StoredBackups(leftover.store()).remove(leftover.keys());
    }
    return reason.map("kept: "::concat).orElse("done");
  }

  /**
   * The manifest of a backup never changes, so what it does not name it will never name. Should the
   * one that is stored be another than the catalogue's, what either of them names stays.
   */
  String remove(Excess excess) {
    Store store = excess.store();
    Optional<Backup> known =
        backups.find(excess.keys().backup()).filter(backup -> isGoodCopyIn(backup, store));
    if (known.isEmpty()) {
      return "kept: it is no good copy of a completed backup any more";
    }
    Optional<Manifest> stored = new StoredBackups(store).manifest(excess.keys());
    if (stored.isEmpty() || isNamed(excess, stored.get(), known.get())) {
      return "kept: the stored manifest may name it";
    }
    if (!StoredArchive.of(known.get()).isIn(store.list(excess.keys().folder()))) {
      return "kept: the archive that its manifest names is not there";
    }
    store.delete(excess.key());
    return "done";
  }

  private static boolean isNamed(Excess excess, Manifest stored, Backup known) {
    return excess.isNamedIn(stored)
        || known.manifest() == null
        || excess.isNamedIn(known.manifest());
  }

  private static boolean isGoodCopyIn(Backup backup, Store store) {
    return isCopyIn(backup, store)
        && backup.copyIn(store.name()).filter(copy -> copy.defect() == null).isPresent();
  }

  private Optional<String> toStay(Leftover leftover) {
    BackupId id = leftover.keys().backup();
    if (restores.needs(id)) {
      return Optional.of("a restore needs this backup");
    }
    return backups
        .find(id)
        .filter(backup -> backup.database().equals(leftover.keys().database()))
        .map(backup -> toStay(backup, leftover))
        .orElseGet(() -> publishedElsewhere(leftover));
  }

  private Optional<String> toStay(Backup backup, Leftover leftover) {
    return switch (backup.state()) {
      case REQUESTED, DUMPING -> Optional.of("the backup is under way");
      case FAILED -> Optional.empty();
      case EXPIRED -> ofExpired(backup, leftover);
      case COMPLETED -> ofCompleted(backup, leftover);
    };
  }

  /** It expired in the stores that were known; of this one nobody has judged anything. */
  private static Optional<String> ofExpired(Backup backup, Leftover leftover) {
    Store store = leftover.store();
    boolean isBackup =
        new StoredBackups(store).isPublished(leftover.keys())
            || StoredArchive.of(backup).isIn(store.list(leftover.keys().folder()));
    return isBackup
        ? Optional.of("no round of retention has removed it here; remove it if nobody needs it")
        : Optional.empty();
  }

  /** One that was taken in just now may have an archive here that only lacks its manifest. */
  private Optional<String> ofCompleted(Backup backup, Leftover leftover) {
    Store store = leftover.store();
    if (isCopyIn(backup, store) || backups.isLeaving(backup.id(), store.name())) {
      return Optional.of("it is a copy of a completed backup");
    }
    if (StoredArchive.of(backup).isIn(store.list(leftover.keys().folder()))) {
      return Optional.of("it may be a copy of a completed backup");
    }
    if (backup.pinnedFor() != null) {
      return Optional.of("pinned: the current release may be rolled back to it");
    }
    return backup.copies().stream().anyMatch(copy -> copy.defect() == null)
        ? Optional.empty()
        : Optional.of("no store has a good copy of this backup");
  }

  private static boolean isCopyIn(Backup backup, Store store) {
    return backup.state() == BackupState.COMPLETED && backup.copyIn(store.name()).isPresent();
  }

  /** A store that is away may have one, too: then this fails, and is left to another time. */
  private Optional<String> publishedElsewhere(Leftover leftover) {
    return stores.all().stream()
        .filter(store -> !store.name().equals(leftover.store().name()))
        .filter(store -> new StoredBackups(store).isPublished(leftover.keys()))
        .findFirst()
        .map(store -> "store %s has a manifest of it".formatted(store.name()));
  }
}
