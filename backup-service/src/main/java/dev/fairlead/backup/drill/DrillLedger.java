package dev.fairlead.backup.drill;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.BackupEntries;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.drill.DrillPipeline.Disproved;
import dev.fairlead.backup.drill.DrillPipeline.Proved;
import dev.fairlead.events.BackupEvent;
import dev.fairlead.events.BackupEvent.BackupDrillFailed;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.BackupEvent.BackupVerified;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupId;
import dev.fairlead.service.outbox.Outbox;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The state of drills and what is told of it, in one transaction under the drill's row: each drill
 * ends once, as {@code backup-verified} or as {@code backup-drill-failed}.
 */
@Component
class DrillLedger {

  private static final Logger log = LoggerFactory.getLogger(DrillLedger.class);
  private static final int MOST_ATTEMPTS = 4;

  private final Drills drills;
  private final Backups backups;
  private final BackupEntries entries;
  private final Disproofs disproofs;
  private final Outbox outbox;
  private final StatementKeys keys;
  private final Clock clock;

  DrillLedger(
      Drills drills,
      Backups backups,
      BackupEntries entries,
      Disproofs disproofs,
      Outbox outbox,
      StatementKeys keys,
      Clock clock) {
    this.drills = drills;
    this.backups = backups;
    this.entries = entries;
    this.disproofs = disproofs;
    this.outbox = outbox;
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * One attempt.
   *
   * @param attempt from 1
   */
  record Begun(Drill drill, Backup backup, Manifest manifest, int attempt) {}

  /** Empty when there is nothing to do, or nothing can be done. */
  @Transactional
  Optional<Begun> begin(BackupId id) {
    Optional<Drill> found = drills.lock(id).filter(drill -> !drill.state().hasEnded());
    Optional<Backup> known = backups.find(id);
    if (found.isEmpty() || known.isEmpty()) {
      return Optional.empty();
    }
    Drill drill = found.get();
    Backup backup = known.get();
    Manifest manifest = backup.manifest();
    if (manifest == null || backup.copies().isEmpty()) {
      end(drill, backup, DrillState.FAILED, null, isGone(backup));
      return Optional.empty();
    }
    if (!backup.trusted()) {
      end(drill, backup, DrillState.FAILED, null, isNobodys(backup));
      return Optional.empty();
    }
    if (drill.attempt() >= MOST_ATTEMPTS) {
      end(
          drill,
          backup,
          DrillState.FAILED,
          null,
          BackupFailure.interruptedTooOften(MOST_ATTEMPTS, "drill again: fairlead backup drill"));
      return Optional.empty();
    }
    drills.begun(id, clock.instant());
    return Optional.of(new Begun(drill, backup, manifest, drill.attempt() + 1));
  }

  private static BackupFailure isGone(Backup backup) {
    return new BackupFailure(
        BackupFailureReason.EMPTY_RESULT,
        "backup %s is %s".formatted(backup.id(), backup.standing()),
        "drill one that is completed and has copies: fairlead backup list --database "
            + backup.database());
  }

  /** A drill runs what a backup holds, as superuser. */
  private static BackupFailure isNobodys(Backup backup) {
    return new BackupFailure(
        BackupFailureReason.CHECKSUM_MISMATCH,
        "backup %s was found in a store, and our key did not sign it".formatted(backup.id()),
        "drill one that was made here: fairlead backup list --database " + backup.database());
  }

  /**
   * @return what was signed; empty for a straggler
   */
  @Transactional
  Optional<String> proved(Begun begun, Proved proved) {
    if (!isCurrent(begun)) {
      return Optional.empty();
    }
    Backup backup = begun.backup();
    String statement =
        keys.key().sign(DrillStatement.of(begun.manifest(), proved, clock.instant()));
    long recoveryMillis = proved.recovery().toMillis();
    entries.drilled(backup.id(), recoveryMillis, statement);
    drills.ended(ended(begun.drill(), DrillState.PROVED, proved.store(), null), clock.instant());
    tell(
        backup,
        new BackupVerified(
            backup.id(),
            backup.database(),
            backup.deployment(),
            ProofLevel.DRILLED,
            proved.tables(),
            proved.rows(),
            recoveryMillis,
            statement));
    log.info(
        "backup={} database={} drilled tables={} rows={} recovery-ms={} next=none",
        backup.id(),
        backup.database(),
        proved.tables(),
        proved.rows(),
        recoveryMillis);
    return Optional.of(statement);
  }

  /**
   * @return what was signed; empty for a straggler
   */
  @Transactional
  Optional<String> disproved(Begun begun, Disproved disproved) {
    if (!isCurrent(begun)) {
      return Optional.empty();
    }
    String statement = disproofs.note(begun.backup(), begun.manifest(), disproved);
    end(
        begun.drill(),
        begun.backup(),
        DrillState.DISPROVED,
        disproved.store(),
        new BackupFailure(
            BackupFailureReason.CHECKSUM_MISMATCH,
            Disproofs.DIFFERS + disproved.difference(),
            "make a new backup now: fairlead backup run %s; then report this"
                .formatted(begun.backup().database())));
    return Optional.of(statement);
  }

  /** A copy that was found bad on the way. */
  @Transactional
  void corrupted(Begun begun, String store, String detail) {
    tellCorrupted(begun, store, detail);
  }

  /** Told once for each copy, whoever stumbles over it. */
  private void tellCorrupted(Begun begun, String store, String detail) {
    Backup backup = begun.backup();
    if (entries.copyIsDefect(backup.id(), store, detail)) {
      tell(backup, backup.corrupted(store, detail));
    }
  }

  @Transactional
  void failed(Begun begun, BackupFailure failure) {
    if (isCurrent(begun)) {
      DrillState state =
          failure.reason() == BackupFailureReason.CHECKSUM_MISMATCH
              ? DrillState.DISPROVED
              : DrillState.FAILED;
      end(begun.drill(), begun.backup(), state, null, failure);
    }
  }

  private void end(
      Drill drill, Backup backup, DrillState state, @Nullable String store, BackupFailure failure) {
    BackupFailure told = failure.redacted();
    drills.ended(ended(drill, state, store, told), clock.instant());
    tell(
        backup,
        new BackupDrillFailed(
            backup.id(), backup.database(), backup.deployment(), told.detail(), told.advice()));
    log.warn(
        "backup={} database={} drill={} detail={} advice={}",
        backup.id(),
        backup.database(),
        state.text(),
        told.detail(),
        told.advice());
  }

  private static Drill ended(
      Drill drill, DrillState state, @Nullable String store, @Nullable BackupFailure failure) {
    return new Drill(
        drill.backup(),
        drill.database(),
        state,
        drill.attempt(),
        drill.requestedAt(),
        drill.startedAt(),
        null,
        store,
        failure == null ? null : failure.detail(),
        failure == null ? null : failure.advice());
  }

  /** A straggler that was taken for dead has nothing to say any more. */
  private boolean isCurrent(Begun begun) {
    return drills
        .lock(Objects.requireNonNull(begun.backup().id()))
        .filter(now -> now.state() == DrillState.RUNNING && now.attempt() == begun.attempt())
        .isPresent();
  }

  private void tell(Backup backup, BackupEvent event) {
    outbox.append(backup.cause().telling(event, clock.instant()));
  }
}
