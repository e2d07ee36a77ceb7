package dev.fairlead.backup.backup;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.backup.Backup.Copy;
import dev.fairlead.backup.database.Databases;
import dev.fairlead.backup.database.KnownDatabase;
import dev.fairlead.backup.store.Stores;
import dev.fairlead.events.BackupEvent;
import dev.fairlead.events.BackupEvent.BackupCompleted;
import dev.fairlead.events.BackupEvent.BackupFailed;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.BackupEvent.BackupProgressed;
import dev.fairlead.events.BackupEvent.BackupVerified;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupEvent.StoredCopy;
import dev.fairlead.events.BackupEvent.TransferProgress;
import dev.fairlead.events.BackupId;
import dev.fairlead.service.outbox.Outbox;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The state of backups and what is told of it, always both in one transaction that holds the
 * backup's row: so each backup ends once, and exactly one event says how.
 */
@Component
public class BackupLedger {

  private static final Logger log = LoggerFactory.getLogger(BackupLedger.class);

  /** The manifest that names a database can arrive a little after the first request for it. */
  private static final Duration PATIENCE_WITH_UNKNOWN = Duration.ofSeconds(10);

  private static final Duration SOON = Duration.ofMillis(500);
  private static final int MOST_ATTEMPTS = 8;

  private final Backups backups;
  private final BackupEntries entries;
  private final Databases databases;
  private final Stores stores;
  private final Outbox outbox;
  private final Clock clock;

  BackupLedger(
      Backups backups,
      BackupEntries entries,
      Databases databases,
      Stores stores,
      Outbox outbox,
      Clock clock) {
    this.backups = backups;
    this.entries = entries;
    this.databases = databases;
    this.stores = stores;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** What there is to do for a backup now. */
  sealed interface Beginning permits Nothing, Wait, Begun {}

  record Nothing() implements Beginning {}

  record Wait(Duration pause) implements Beginning {}

  record Begun(Backup backup, KnownDatabase database, int attempt) implements Beginning {}

  @Transactional
  Beginning begin(BackupId id) {
    Optional<Backup> found = backups.lock(id).filter(backup -> !backup.state().hasEnded());
    if (found.isEmpty()) {
      return new Nothing();
    }
    Backup backup = found.get();
    Optional<KnownDatabase> database = databases.find(backup.database());
    if (database.isEmpty()) {
      return unknown(backup);
    }
    if (!databases.claim(backup.database(), id.value())) {
      return new Wait(SOON);
    }
    if (backup.attempt() >= MOST_ATTEMPTS) {
      end(backup, BackupFailure.interruptedTooOften(MOST_ATTEMPTS, "request the backup again"));
      return new Nothing();
    }
    entries.begun(id, clock.instant());
    return new Begun(backup, database.get(), backup.attempt() + 1);
  }

  private Beginning unknown(Backup backup) {
    Duration waited = Duration.between(backup.requestedAt(), clock.instant());
    if (waited.compareTo(PATIENCE_WITH_UNKNOWN) < 0) {
      return new Wait(SOON);
    }
    end(
        backup,
        new BackupFailure(
            BackupFailureReason.UNKNOWN_DATABASE,
            "no applied manifest names database %s".formatted(backup.database()),
            "apply the manifest of its application (fairlead apply), then request the backup again"));
    return new Nothing();
  }

  /**
   * Two entries of manifests may name one database; only its server can tell.
   *
   * @throws DumpInProgress when another backup works on it
   */
  @Transactional
  void requireAlone(Begun begun, Manifest.Source source) {
    Backup backup = begun.backup();
    boolean alone =
        isCurrent(begun)
            && (source.systemIdentifier() == null
                || databases.claim(source.systemIdentifier(), source.oid(), backup.id().value()));
    if (!alone) {
      throw new DumpInProgress(backup.database());
    }
  }

  /** As if this attempt had not been begun: others may have their turn first. */
  @Transactional
  void waits(Begun begun) {
    if (isCurrent(begun)) {
      entries.notBegun(begun.backup().id());
      databases.release(begun.backup().id().value());
    }
  }

  /** What a straggler comes to is nobody's progress. */
  @Transactional
  void progressed(Begun begun, TransferProgress progress) {
    Backup backup = begun.backup();
    if (isCurrent(begun)) {
      entries.progressed(backup.id(), progress);
      tell(
          backup,
          new BackupProgressed(backup.id(), backup.database(), backup.deployment(), progress));
    }
  }

  /** Nothing is told when another attempt was faster. */
  @Transactional
  void completed(Begun begun, Manifest manifest) {
    Backup backup = begun.backup();
    if (!isCurrent(begun)) {
      return;
    }
    Instant now = clock.instant();
    String key = new BackupKeys(backup.database(), backup.id()).manifest();
    List<Copy> copies =
        stores.all().stream()
            .map(store -> new Copy(store.name(), store.location(key), null))
            .toList();
    entries.completed(manifest, copies, now);
    databases.release(backup.id().value());
    tell(backup, completion(backup, manifest, copies));
    tell(
        backup,
        new BackupVerified(
            backup.id(),
            backup.database(),
            backup.deployment(),
            ProofLevel.READ_BACK,
            0,
            0,
            null,
            null));
    log.info(
        "backup={} database={} bytes={} rows={} next=none",
        backup.id(),
        backup.database(),
        manifest.archive().sizeBytes(),
        manifest.rows());
  }

  private static BackupCompleted completion(Backup backup, Manifest manifest, List<Copy> copies) {
    return new BackupCompleted(
        backup.id(),
        backup.database(),
        backup.deployment(),
        manifest.source().snapshotAt(),
        manifest.completedAt(),
        manifest.archive().sizeBytes(),
        manifest.archive().sha256(),
        manifest.source().serverVersion(),
        manifest.tables().size(),
        manifest.rows(),
        copies.stream().map(copy -> new StoredCopy(copy.store(), copy.location())).toList());
  }

  /**
   * @return after which time to try again; empty when it has failed for good
   */
  @Transactional
  Optional<Duration> failed(Begun begun, BackupFailure failure) {
    Backup backup = begun.backup();
    if (!isCurrent(begun)) {
      return Optional.empty();
    }
    if (failure.worthAnotherTry() && begun.attempt() < MOST_ATTEMPTS) {
      log.info("backup={} next=retry reason={}", backup.id(), failure.detail());
      entries.waiting(backup.id());
      databases.release(backup.id().value());
      return Optional.of(Duration.ofSeconds(2L * begun.attempt()));
    }
    end(backup, failure);
    return Optional.empty();
  }

  private void end(Backup backup, BackupFailure failure) {
    BackupFailure told = failure.redacted();
    entries.failed(backup.id(), told, clock.instant());
    databases.release(backup.id().value());
    tell(
        backup,
        new BackupFailed(
            backup.id(),
            backup.database(),
            backup.deployment(),
            told.reason(),
            told.detail(),
            told.advice()));
    log.warn(
        "backup={} database={} failed reason={} detail={} advice={}",
        backup.id(),
        backup.database(),
        told.reason(),
        told.detail(),
        told.advice());
  }

  /** A straggler that was taken for dead has nothing to say any more. */
  private boolean isCurrent(Begun begun) {
    return backups
        .lock(begun.backup().id())
        .filter(now -> now.state() == BackupState.DUMPING && now.attempt() == begun.attempt())
        .isPresent();
  }

  private void tell(Backup backup, BackupEvent event) {
    outbox.append(backup.cause().telling(event, clock.instant()));
  }
}
