package dev.fairlead.backup.retention;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.BackupEntries;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.removal.RemovalLock.Held;
import dev.fairlead.backup.retention.LeavingCopies.Leaving;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Stores;
import dev.fairlead.events.BackupEvent.BackupExpired;
import dev.fairlead.service.outbox.Outbox;
import java.time.Clock;
import java.util.List;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes leaving copies out of their stores, in this order: the note in the catalogue, the manifest,
 * the other objects, the row. So no manifest is ever left over a deleted archive, and a service
 * that was killed in between knows what is still to be done. No transaction is open while a store
 * is asked.
 */
@Component
class Removal {

  private static final Logger log = LoggerFactory.getLogger(Removal.class);

  private final LeavingCopies leaving;
  private final Backups backups;
  private final BackupEntries entries;
  private final Stores stores;
  private final Outbox outbox;
  private final TransactionTemplate transaction;
  private final Clock clock;

  Removal(
      LeavingCopies leaving,
      Backups backups,
      BackupEntries entries,
      Stores stores,
      Outbox outbox,
      TransactionTemplate transaction,
      Clock clock) {
    this.leaving = leaving;
    this.backups = backups;
    this.entries = entries;
    this.stores = stores;
    this.outbox = outbox;
    this.transaction = transaction;
    this.clock = clock;
  }

  /**
   * What was noted just now.
   *
   * @param held asked before each: what was noted may be another round's to settle by now
   */
  void carryOut(List<Leaving> copies, Held held) {
    copies.forEach(copy -> attempt(copy, held, this::remove));
  }

  /**
   * What an interruption or an absent store left noted. A copy that still has its manifest is
   * whole; it counts again, to be judged by what is known now. Any other is taken away.
   */
  void resume(Held held) {
    leaving.all().forEach(copy -> attempt(copy, held, this::resume));
  }

  /** One that cannot be settled keeps no other from it. */
  private void attempt(Leaving copy, Held held, BiConsumer<Leaving, Store> step) {
    held.require();
    try {
      stores.named(copy.store()).ifPresent(store -> step.accept(copy, store));
    } catch (BackupFailure e) {
      log.warn("backup={} store={} next=later {}", copy.backup(), copy.store(), e.detail());
    }
  }

  private void resume(Leaving copy, Store store) {
    if (new StoredBackups(store).isPublished(keysOf(copy))) {
      leaving.stays(copy);
      log.info("backup={} store={} next=judged-anew", copy.backup(), copy.store());
    } else {
      remove(copy, store);
    }
  }

  private void remove(Leaving copy, Store store) {
    new StoredBackups(store).remove(keysOf(copy));
    transaction.executeWithoutResult(status -> forget(copy));
    log.info("backup={} store={} removed: {}", copy.backup(), copy.store(), copy.reason());
  }

  /** A round that lost its right unawares may remove the same copy; one of them tells of it. */
  private void forget(Leaving copy) {
    Backup backup = backups.lock(copy.backup()).orElseThrow();
    if (leaving.forget(copy) && leaving.wasTheLast(copy)) {
      entries.expired(backup.id(), clock.instant());
      BackupExpired expired = new BackupExpired(backup.id(), backup.database(), copy.reason());
      outbox.append(backup.cause().telling(expired, clock.instant()));
    }
  }

  private static BackupKeys keysOf(Leaving copy) {
    return new BackupKeys(copy.database(), copy.backup());
  }
}
