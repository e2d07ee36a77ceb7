package dev.fairlead.backup.scrub;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.BackupSettings;
import dev.fairlead.backup.files.PackReadings;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Stores;
import dev.fairlead.events.BackupId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Inspects the copies whose turn it is, one after the other. */
@Component
public class ScrubRounds {

  private static final Logger log = LoggerFactory.getLogger(ScrubRounds.class);

  /** Long enough to look for the cause. */
  private static final Duration QUARANTINE = Duration.ofDays(30);

  private final CopyReadings readings;
  private final CopyCare care;
  private final Stores stores;
  private final PackReadings packs;
  private final Clock clock;
  private final Duration period;
  private final Pace pace;
  private final BrokenReads brokenReads;
  private final Inspection inspection;

  ScrubRounds(
      CopyReadings readings,
      CopyCare care,
      Stores stores,
      PackReadings packs,
      BackupSettings settings,
      Clock clock) {
    this.readings = readings;
    this.care = care;
    this.stores = stores;
    this.packs = packs;
    this.clock = clock;
    // What is due late, because much is, is still within the promise.
    this.period = settings.scrub().within().multipliedBy(6).dividedBy(7);
    this.pace = new Pace(settings.scrub().rate().toBytes());
    this.brokenReads = new BrokenReads(clock);
    this.inspection = freshInspection();
  }

  /** Ends early when its thread is interrupted; what is left is due the next time. */
  public void run() {
    for (StoredCopy copy : due()) {
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
      care.inspect(copy, inspection);
    }
    sweepQuarantine();
  }

  /**
   * Reads this copy now, and sees to what is found.
   *
   * @return what is wrong with it still, or why it could not be read; empty when it is good
   */
  public Optional<String> look(BackupId backup, String store) {
    return care.inspect(new StoredCopy(backup, store, Instant.EPOCH, null), freshInspection())
        .map(CopyFinding::detailIfBad);
  }

  /** One that has read no pack yet. What broke off before is remembered. */
  Inspection freshInspection() {
    return new Inspection(pace, period, packs, brokenReads, clock);
  }

  /** Whose turn it is, those that have come back, and the bad ones that can be healed now. */
  List<StoredCopy> due() {
    List<StoredCopy> copies = readings.all();
    return copies.stream()
        .filter(
            copy ->
                isDue(copy)
                    || copy.isBack()
                    || (copy.defect() != null && hasGoodOther(copy, copies)))
        .toList();
  }

  private boolean isDue(StoredCopy copy) {
    return !new Turn(period)
        .next(copy.backup(), copy.store(), copy.lastRead())
        .isAfter(clock.instant());
  }

  private static boolean hasGoodOther(StoredCopy copy, List<StoredCopy> copies) {
    return copies.stream()
        .anyMatch(
            other ->
                other.defect() == null
                    && other.backup().equals(copy.backup())
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
}
