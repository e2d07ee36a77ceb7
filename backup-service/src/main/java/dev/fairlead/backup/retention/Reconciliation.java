package dev.fairlead.backup.retention;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.Backup.Cause;
import dev.fairlead.backup.backup.Backup.Copy;
import dev.fairlead.backup.backup.BackupState;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Store.StoredObject;
import dev.fairlead.backup.store.Store.UnfinishedUpload;
import dev.fairlead.backup.store.Stores;
import dev.fairlead.events.BackupEvent.BackupCorrupted;
import dev.fairlead.events.BackupId;
import dev.fairlead.service.outbox.Outbox;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Brings catalogue and stores to agree: backups that only a store knows are taken into the
 * catalogue, copies that only the catalogue knows are reported, and what never became a backup is
 * swept. A service with an empty database so finds all it ever made.
 */
@Component
public class Reconciliation {

  private static final Logger log = LoggerFactory.getLogger(Reconciliation.class);

  /** Another service may share the store, and what we do not know may be its work in hand. */
  private static final Duration STRANGERS_KEEP = Duration.ofHours(24);

  private final Backups backups;
  private final Stores stores;
  private final Outbox outbox;
  private final TransactionTemplate transaction;
  private final Clock clock;

  Reconciliation(
      Backups backups, Stores stores, Outbox outbox, TransactionTemplate transaction, Clock clock) {
    this.backups = backups;
    this.stores = stores;
    this.outbox = outbox;
    this.transaction = transaction;
    this.clock = clock;
  }

  /** A store that is away is looked at the next time. */
  public void run() {
    for (Store store : stores.all()) {
      try {
        reconcile(store);
      } catch (BackupFailure e) {
        log.warn("store={} next=later {}", store.name(), e.sentence());
      }
    }
  }

  private void reconcile(Store store) {
    Instant begun = clock.instant();
    Set<BackupId> published = new HashSet<>();
    for (var folder : folders(store).entrySet()) {
      BackupKeys keys = folder.getKey();
      if (folder.getValue().stream().anyMatch(object -> BackupKeys.isManifest(object.key()))) {
        published.add(keys.backup());
        takeIn(store, keys);
      } else if (isAbandoned(keys, youngest(folder.getValue()))) {
        log.info("backup={} store={} swept: it was never completed", keys.backup(), store.name());
        new StoredBackups(store).remove(keys);
      }
    }
    sweepUploads(store);
    reportMissing(store, published, begun);
  }

  private static Map<BackupKeys, List<StoredObject>> folders(Store store) {
    Map<BackupKeys, List<StoredObject>> folders = new LinkedHashMap<>();
    for (StoredObject object : store.list("")) {
      BackupKeys.of(object.key())
          .ifPresent(
              keys ->
                  folders.merge(
                      keys,
                      List.of(object),
                      (some, more) -> Stream.concat(some.stream(), more.stream()).toList()));
    }
    return folders;
  }

  private static Instant youngest(List<StoredObject> objects) {
    return objects.stream()
        .map(StoredObject::modifiedAt)
        .max(Instant::compareTo)
        .orElse(Instant.MAX);
  }

  private void takeIn(Store store, BackupKeys keys) {
    Optional<Backup> known = backups.find(keys.backup());
    if (known.isPresent() && hasCopy(known.get(), store)) {
      return;
    }
    BackupState state = known.map(Backup::state).orElse(BackupState.COMPLETED);
    switch (state) {
      case REQUESTED, DUMPING -> {}
      case FAILED, EXPIRED -> new StoredBackups(store).remove(keys);
      case COMPLETED -> adopt(store, keys);
    }
  }

  private void adopt(Store store, BackupKeys keys) {
    Optional<Manifest> manifest = new StoredBackups(store).manifest(keys);
    manifest.ifPresent(
        found ->
            transaction.executeWithoutResult(
                status -> {
                  backups.adopt(found);
                  String location = store.location(keys.manifest());
                  backups.addCopy(keys.backup(), new Copy(store.name(), location, null));
                  log.info(
                      "backup={} store={} taken into the catalogue", keys.backup(), store.name());
                }));
  }

  private static boolean hasCopy(Backup backup, Store store) {
    return backup.copies().stream().anyMatch(copy -> copy.store().equals(store.name()));
  }

  private boolean isAbandoned(BackupKeys keys, Instant lastTouched) {
    return backups
        .find(keys.backup())
        .map(backup -> backup.state().hasEnded())
        .orElseGet(() -> lastTouched.isBefore(clock.instant().minus(STRANGERS_KEEP)));
  }

  private void sweepUploads(Store store) {
    for (UnfinishedUpload upload : store.unfinished("")) {
      boolean abandoned =
          BackupKeys.of(upload.key())
              .map(keys -> isAbandoned(keys, upload.touchedAt()))
              .orElse(upload.touchedAt().isBefore(clock.instant().minus(STRANGERS_KEEP)));
      if (abandoned) {
        log.info("upload={} store={} swept", upload.key(), store.name());
        store.abort(upload);
      }
    }
  }

  /** Only of backups that were there before the store was listed. */
  private void reportMissing(Store store, Set<BackupId> published, Instant begun) {
    for (Backup backup : backups.copiesIn(store.name())) {
      boolean settled = backup.endedAt() != null && backup.endedAt().isBefore(begun);
      if (settled && !published.contains(backup.id())) {
        transaction.executeWithoutResult(status -> report(backup, store));
      }
    }
  }

  private void report(Backup backup, Store store) {
    String detail = "is not there";
    if (backups.copyIsDefect(backup.id(), store.name(), detail)) {
      Cause cause = backup.cause();
      outbox.append(
          cause.telling(
              new BackupCorrupted(backup.id(), backup.database(), store.name(), detail),
              clock.instant()));
      log.warn("backup={} store={} the copy is not there any more", backup.id(), store.name());
    }
  }
}
