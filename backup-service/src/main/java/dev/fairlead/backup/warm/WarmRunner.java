package dev.fairlead.backup.warm;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.BackupState;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.database.DatabaseLogin;
import dev.fairlead.backup.database.Databases;
import dev.fairlead.backup.database.KnownDatabase;
import dev.fairlead.backup.restore.WarmCopies;
import dev.fairlead.backup.restore.WarmCopy;
import dev.fairlead.backup.restore.WarmCopy.State;
import dev.fairlead.backup.warm.WarmPipeline.Made;
import dev.fairlead.backup.warm.WarmPipeline.Wanted;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.BackupId;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** Makes warm copies, one after the other, however often it is interrupted. */
@Component
public class WarmRunner {

  private static final Logger log = LoggerFactory.getLogger(WarmRunner.class);
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final int MOST_ATTEMPTS = 4;

  private final WarmCopies copies;
  private final WarmPipeline pipeline;
  private final WarmRounds rounds;
  private final Backups backups;
  private final Databases databases;
  private final DatabaseLogin login;
  private final Clock clock;
  private final Semaphore onlyOne = new Semaphore(1);

  WarmRunner(
      WarmCopies copies,
      WarmPipeline pipeline,
      WarmRounds rounds,
      Backups backups,
      Databases databases,
      DatabaseLogin login,
      Clock clock) {
    this.copies = copies;
    this.pipeline = pipeline;
    this.rounds = rounds;
    this.backups = backups;
    this.databases = databases;
    this.login = login;
    this.clock = clock;
  }

  /**
   * @return after which time to call again; empty when there is nothing more to do
   */
  public Optional<Duration> run(BackupId id) {
    if (!onlyOne.tryAcquire()) {
      return Optional.of(SOON);
    }
    try {
      return copies
          .find(id)
          .filter(copy -> copy.state() == State.REQUESTED || copy.state() == State.MAKING)
          .flatMap(this::make);
    } finally {
      onlyOne.release();
    }
  }

  private Optional<Duration> make(WarmCopy copy) {
    Optional<Backup> backup =
        backups.find(copy.backup()).filter(it -> it.state() == BackupState.COMPLETED);
    Optional<KnownDatabase> database = databases.find(copy.database());
    if (backup.isEmpty() || backup.get().manifest() == null || database.isEmpty()) {
      copies.remove(copy.backup());
      return Optional.empty();
    }
    if (!copies.begun(copy.backup(), clock.instant())) {
      return Optional.empty();
    }
    if (copy.attempt() >= MOST_ATTEMPTS) {
      failed(copy, triedTooOften());
      return Optional.empty();
    }
    try {
      Wanted wanted =
          new Wanted(backup.get().manifest(), login.forRestore(database.get()), copy.name());
      Made made = pipeline.make(wanted, (store, detail) -> {});
      copies.ready(copy.backup(), made.database(), made.notSet(), clock.instant());
      log.info("backup={} warm={} next=kept until a newer one is", copy.backup(), copy.name());
    } catch (BackupFailure e) {
      if (e.reason() == BackupFailureReason.INTERRUPTED) {
        return Optional.of(SOON);
      }
      failed(copy, e);
    } catch (DataAccessException | TransactionException e) {
      throw e; // the catalogue is away: there is nobody to tell
    } catch (RuntimeException e) {
      log.error("backup={} warm={} next=fail", copy.backup(), copy.name(), e);
      failed(copy, BackupFailure.unexpected(e, "back the database up again"));
    }
    rounds.sweep();
    return Optional.empty();
  }

  private void failed(WarmCopy copy, BackupFailure failure) {
    BackupFailure told = failure.redacted();
    copies.failed(copy.backup(), told, clock.instant());
    log.warn("backup={} warm={} next=none {}", copy.backup(), copy.name(), told.sentence());
  }

  private static BackupFailure triedTooOften() {
    return BackupFailure.interruptedTooOften(
        MOST_ATTEMPTS, "back the database up again; restores load the backup meanwhile");
  }
}
