package dev.fairlead.backup.retention;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.BackupEntries;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.removal.RemovalLock.Held;
import dev.fairlead.backup.retention.LeavingCopies.Leaving;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Store.StoredObject;
import dev.fairlead.backup.store.Stores;
import dev.fairlead.events.BackupEvent.BackupExpired;
import dev.fairlead.service.outbox.Outbox;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
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
    copies.forEach(copy -> attempt(copy, held, this::removeUnlessBack));
  }

  /**
   * What an interruption or an absent store left noted. A copy that still has its archives is
   * whole, or is so again with its manifest; it counts again, to be judged by what is known now: a
   * manifest can also be lost otherwise than by a removal. Any other is taken away.
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
    List<StoredObject> objects = store.list(keysOf(copy).folder());
    boolean published =
        objects.stream().anyMatch(object -> object.key().equals(keysOf(copy).manifest()));
    if (published || isPublishedAgain(copy, store, objects)) {
      leaving.stays(copy);
      log.info("backup={} store={} next=judged-anew", copy.backup(), copy.store());
    } else {
      remove(copy, store);
    }
  }

  private boolean isPublishedAgain(Leaving copy, Store store, List<StoredObject> objects) {
    Optional<Manifest> known =
        backups
            .find(copy.backup())
            .map(Backup::manifest)
            .filter(manifest -> isWhole(manifest, copy, objects));
    known.ifPresent(new StoredBackups(store)::publish);
    return known.isPresent();
  }

  /** As far as a listing tells: objects are deleted whole. */
  private static boolean isWhole(Manifest manifest, Leaving copy, List<StoredObject> objects) {
    Manifest.Files files = manifest.files();
    return Stream.concat(
            Stream.of(manifest.archive()),
            files == null ? Stream.empty() : Stream.of(files.index()))
        .allMatch(archive -> isThere(archive, keysOf(copy), objects));
  }

  private static boolean isThere(
      Manifest.Archive archive, BackupKeys keys, List<StoredObject> objects) {
    String key = keys.archive(archive.name());
    return objects.stream()
        .anyMatch(object -> object.key().equals(key) && object.sizeBytes() == archive.sizeBytes());
  }

  /** One that was missing and has come back, such as with its disk, may be good. */
  private void removeUnlessBack(Leaving copy, Store store) {
    if (leaving.wasNotThere(copy) && !store.list(keysOf(copy).folder()).isEmpty()) {
      transaction.executeWithoutResult(
          status -> {
            entries.copyIsBack(copy.backup(), copy.store());
            leaving.stays(copy);
          });
      log.info("backup={} store={} next=read-again it is back", copy.backup(), copy.store());
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
