package dev.fairlead.backup.scrub;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.Backup.Copy;
import dev.fairlead.backup.backup.BackupEntries;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.scrub.CopyFinding.Outcome;
import dev.fairlead.backup.scrub.Inspection.Damage;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Stores;
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
  private final Healer healer;
  private final Outbox outbox;
  private final TransactionTemplate transaction;
  private final Clock clock;

  CopyCare(
      CopyReadings readings,
      Backups backups,
      BackupEntries entries,
      Stores stores,
      Healer healer,
      Outbox outbox,
      TransactionTemplate transaction,
      Clock clock) {
    this.readings = readings;
    this.backups = backups;
    this.entries = entries;
    this.stores = stores;
    this.healer = healer;
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

  /**
   * What is found is told before anything is done about it: whoever dies meanwhile has told it, and
   * the next inspection heals. A copy that was healed by somebody who died then is simply good.
   */
  private CopyFinding settled(
      Manifest manifest, List<Damage> damages, Store store, Inspection inspection) {
    BackupId id = manifest.backup();
    String defect = damages.stream().map(Damage::defect).collect(Collectors.joining("; "));
    transaction.executeWithoutResult(status -> tell(id, store, defect));
    Optional<String> remedy = healed(manifest, damages, store, inspection);
    if (remedy.isEmpty()) {
      return new CopyFinding(id, store.name(), Outcome.BAD, defect);
    }
    String told = "%s; %s".formatted(defect, remedy.get());
    transaction.executeWithoutResult(status -> tellHealed(id, store, told));
    return new CopyFinding(id, store.name(), Outcome.HEALED, told);
  }

  /** A store that fails meanwhile changes nothing of what was found. */
  private Optional<String> healed(
      Manifest manifest, List<Damage> damages, Store store, Inspection inspection) {
    try {
      return healer.heal(manifest, damages, store, inspection);
    } catch (BackupFailure e) {
      log.warn("backup={} store={} not healed {}", manifest.backup(), store.name(), e.sentence());
      return Optional.empty();
    }
  }

  /**
   * Once for each finding, however often it is found again: that an archive is bad is another one
   * than that its manifest is.
   */
  private void tell(BackupId id, Store store, String defect) {
    Backup backup = backups.lock(id).orElseThrow();
    boolean news = entries.copyIsDefect(id, store.name(), defect);
    if (!news && readings.stillBad(id, store.name(), defect)) {
      news =
          backup.copyIn(store.name()).filter(Copy::onlyManifestIsBad).isPresent()
              && !new Copy(store.name(), "", defect).onlyManifestIsBad();
    }
    if (news) {
      outbox.append(
          backup.cause().telling(backup.corrupted(store.name(), defect), clock.instant()));
    }
    log.warn("backup={} store={} {}", id, store.name(), defect);
  }

  private void tellHealed(BackupId id, Store store, String told) {
    Backup backup = backups.lock(id).orElseThrow();
    if (readings.healed(id, store.name(), clock.instant())) {
      outbox.append(backup.cause().telling(backup.corrupted(store.name(), told), clock.instant()));
      log.warn("backup={} store={} {}", id, store.name(), told);
    }
  }
}
