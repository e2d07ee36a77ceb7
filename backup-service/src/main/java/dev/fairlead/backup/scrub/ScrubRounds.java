package dev.fairlead.backup.scrub;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.BackupSettings;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.ManifestJson;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.files.PackReadings;
import dev.fairlead.backup.scrub.Inspection.Damage;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Stores;
import dev.fairlead.events.BackupId;
import dev.fairlead.service.outbox.Outbox;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Inspects the copies whose turn it is, one after the other, and sees to what is found. */
@Component
public class ScrubRounds {

  private static final Logger log = LoggerFactory.getLogger(ScrubRounds.class);

  /** Long enough to look for the cause. */
  private static final Duration QUARANTINE = Duration.ofDays(30);

  private final CopyReadings readings;
  private final Backups backups;
  private final Stores stores;
  private final Outbox outbox;
  private final TransactionTemplate transaction;
  private final Clock clock;
  private final Turn turn;
  private final Inspection inspection;

  ScrubRounds(
      CopyReadings readings,
      Backups backups,
      Stores stores,
      Outbox outbox,
      TransactionTemplate transaction,
      PackReadings packs,
      BackupSettings settings,
      Clock clock) {
    this.readings = readings;
    this.backups = backups;
    this.stores = stores;
    this.outbox = outbox;
    this.transaction = transaction;
    this.clock = clock;
    // What is due late, because much is, is still within the promise.
    Duration period = settings.scrub().within().multipliedBy(6).dividedBy(7);
    this.turn = new Turn(period);
    this.inspection =
        new Inspection(new Pace(settings.scrub().rate().toBytes()), period, packs, clock);
  }

  /** Ends early when its thread is interrupted; what is left is due the next time. */
  public void run() {
    List<StoredCopy> copies = readings.all();
    for (StoredCopy copy : copies) {
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
      if (isDue(copy) || (copy.defect() != null && hasGoodOther(copy, copies))) {
        inspect(copy);
      }
    }
    sweepQuarantine();
  }

  private static boolean hasGoodOther(StoredCopy copy, List<StoredCopy> copies) {
    return copies.stream()
        .anyMatch(
            other ->
                other.defect() == null
                    && other.manifest().backup().equals(copy.manifest().backup())
                    && !other.store().equals(copy.store()));
  }

  private void sweepQuarantine() {
    Instant horizon = clock.instant().minus(QUARANTINE);
    for (Store store : stores.all()) {
      try {
        store.list(Healing.QUARANTINE).stream()
            .filter(object -> object.modifiedAt().isBefore(horizon))
            .forEach(object -> store.delete(object.key()));
      } catch (BackupFailure e) {
        log.warn("store={} next=later {}", store.name(), e.sentence());
      }
    }
  }

  private boolean isDue(StoredCopy copy) {
    return !turn.next(copy.manifest().backup(), copy.store(), copy.lastRead())
        .isAfter(clock.instant());
  }

  private void inspect(StoredCopy copy) {
    stores
        .named(copy.store())
        .ifPresent(
            store -> {
              try {
                inspect(copy, store);
              } catch (BackupFailure e) {
                log.warn(
                    "backup={} store={} next=later {}",
                    copy.manifest().backup(),
                    copy.store(),
                    e.sentence());
              }
            });
  }

  private void inspect(StoredCopy copy, Store store) {
    Manifest manifest = copy.manifest();
    List<Damage> damages = inspection.damages(store, manifest);
    if (damages.isEmpty()) {
      readings.good(manifest.backup(), store.name(), clock.instant());
      return;
    }
    if (!readings.isWanted(manifest.backup(), store.name())) {
      return; // retention has removed it meanwhile
    }
    String defect = damages.stream().map(Damage::defect).collect(Collectors.joining("; "));
    Optional<String> remedy = healed(manifest, damages, store);
    String told = remedy.map(done -> defect + "; " + done).orElse(defect);
    transaction.executeWithoutResult(status -> tell(manifest.backup(), store, defect, told));
    if (remedy.isPresent()) {
      readings.good(manifest.backup(), store.name(), clock.instant());
    }
  }

  /** What was done, if anything could be. */
  private Optional<String> healed(Manifest manifest, List<Damage> damages, Store bad) {
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
        bad.createOnce(damage.key(), ManifestJson.write(manifest));
      } else {
        new Healing(good, bad, damage.key(), damage.archive())
            .run()
            .ifPresent(place -> aside.append(", the bad one is kept as ").append(place));
      }
    }
    return aside.toString();
  }

  /** Once for each finding, however often it is found again. */
  private void tell(BackupId id, Store store, String defect, String told) {
    Backup backup = backups.lock(id).orElseThrow();
    if (backups.copyIsDefect(id, store.name(), defect)) {
      outbox.append(backup.cause().telling(backup.corrupted(store.name(), told), clock.instant()));
    }
    log.warn("backup={} store={} {}", id, store.name(), told);
  }
}
