package dev.fairlead.backup.scrub;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.ManifestJson;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.BackupEntries;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.scrub.CopyFinding.Outcome;
import dev.fairlead.backup.scrub.Inspection.Damage;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Stores;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.BackupId;
import dev.fairlead.service.outbox.Outbox;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Inspects one copy and sees to what is found: it is told, and replaced where that is possible. */
@Component
class CopyCare {

  private static final Logger log = LoggerFactory.getLogger(CopyCare.class);

  private final CopyReadings readings;
  private final Backups backups;
  private final BackupEntries entries;
  private final Stores stores;
  private final Outbox outbox;
  private final TransactionTemplate transaction;
  private final Clock clock;

  CopyCare(
      CopyReadings readings,
      Backups backups,
      BackupEntries entries,
      Stores stores,
      Outbox outbox,
      TransactionTemplate transaction,
      Clock clock) {
    this.readings = readings;
    this.backups = backups;
    this.entries = entries;
    this.stores = stores;
    this.outbox = outbox;
    this.transaction = transaction;
    this.clock = clock;
  }

  /** Empty when retention has removed it meanwhile, or its store is no longer set. */
  Optional<CopyFinding> inspect(StoredCopy copy, Inspection inspection) {
    return stores
        .named(copy.store())
        .flatMap(
            store ->
                readings
                    .manifestOf(copy.backup())
                    .flatMap(manifest -> inspect(manifest, store, inspection)));
  }

  private Optional<CopyFinding> inspect(Manifest manifest, Store store, Inspection inspection) {
    BackupId id = manifest.backup();
    try {
      List<Damage> damages = inspection.damages(store, manifest);
      if (damages.isEmpty()) {
        readings.good(id, store.name(), clock.instant());
        return Optional.of(new CopyFinding(id, store.name(), Outcome.GOOD, null));
      }
      return readings.isWanted(id, store.name())
          ? Optional.of(settled(manifest, damages, store, inspection))
          : Optional.empty();
    } catch (BackupFailure e) {
      log.warn("backup={} store={} next=later {}", id, store.name(), e.sentence());
      return Optional.of(new CopyFinding(id, store.name(), Outcome.UNREAD, e.sentence()));
    }
  }

  private CopyFinding settled(
      Manifest manifest, List<Damage> damages, Store store, Inspection inspection) {
    BackupId id = manifest.backup();
    String defect = damages.stream().map(Damage::defect).collect(Collectors.joining("; "));
    Optional<String> remedy = healed(manifest, damages, store, inspection);
    String told = remedy.map(done -> defect + "; " + done).orElse(defect);
    transaction.executeWithoutResult(status -> tell(id, store, defect, told));
    if (remedy.isEmpty()) {
      return new CopyFinding(id, store.name(), Outcome.BAD, told);
    }
    readings.good(id, store.name(), clock.instant());
    return new CopyFinding(id, store.name(), Outcome.HEALED, told);
  }

  /** What was done, if anything could be. */
  private Optional<String> healed(
      Manifest manifest, List<Damage> damages, Store bad, Inspection inspection) {
    for (Store other : stores.all()) {
      if (other.equals(bad) || !readings.isWanted(manifest.backup(), other.name())) {
        continue;
      }
      try {
        String aside = replace(manifest, damages, other, bad);
        if (inspection.damages(bad, manifest).isEmpty()) {
          return Optional.of("replaced by the copy in store %s%s".formatted(other.name(), aside));
        }
      } catch (BackupFailure e) {
        log.warn("backup={} store={} not healed {}", manifest.backup(), bad.name(), e.sentence());
      }
    }
    return Optional.empty();
  }

  private static String replace(Manifest manifest, List<Damage> damages, Store good, Store bad) {
    StringBuilder aside = new StringBuilder();
    for (Damage damage : damages) {
      if (damage.archive() == null) {
        bad.delete(damage.key());
        bad.createOnce(damage.key(), ManifestJson.write(wholeManifest(manifest, good)));
      } else {
        new Healing(good, bad, damage.key(), damage.archive())
            .run()
            .ifPresent(place -> aside.append(", the bad one is kept as ").append(place));
      }
    }
    return aside.toString();
  }

  /** The catalogue may not have kept all that a later version wrote; its copy has. */
  private static Manifest wholeManifest(Manifest known, Store good) {
    try {
      return new StoredBackups(good)
          .manifest(Inspection.keysOf(known))
          .filter(known::isSaidBy)
          .orElse(known);
    } catch (BackupFailure e) {
      if (e.reason() == BackupFailureReason.CHECKSUM_MISMATCH) {
        return known;
      }
      throw e;
    }
  }

  /** Once for each finding, however often it is found again. */
  private void tell(BackupId id, Store store, String defect, String told) {
    Backup backup = backups.lock(id).orElseThrow();
    if (entries.copyIsDefect(id, store.name(), defect)) {
      outbox.append(backup.cause().telling(backup.corrupted(store.name(), told), clock.instant()));
    }
    log.warn("backup={} store={} {}", id, store.name(), told);
  }
}
