package dev.fairlead.backup.backup;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.ProgressPace;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.RetentionClass;
import dev.fairlead.backup.backup.BackupLedger.Begun;
import dev.fairlead.backup.database.DatabaseLogin;
import dev.fairlead.backup.files.FileBackups;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.BackupId;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Does what a request asks for, once. Called again after every interruption, it looks first how far
 * the attempt before came: published means done, everything else is removed and made anew.
 */
@Component
public class BackupRunner {

  private static final Logger log = LoggerFactory.getLogger(BackupRunner.class);

  private static final Duration SOON = Duration.ofSeconds(2);

  private final BackupLedger ledger;
  private final BackupPipeline pipeline;
  private final DatabaseLogin login;
  private final Clock clock;
  private final FileBackups files;

  BackupRunner(
      BackupLedger ledger,
      BackupPipeline pipeline,
      DatabaseLogin login,
      Clock clock,
      FileBackups files) {
    this.ledger = ledger;
    this.pipeline = pipeline;
    this.login = login;
    this.clock = clock;
    this.files = files;
  }

  /**
   * @return after which time to call again; empty when there is nothing more to do
   */
  public Optional<Duration> run(BackupId id) {
    return switch (ledger.begin(id)) {
      case BackupLedger.Nothing _ -> Optional.empty();
      case BackupLedger.Wait(Duration pause) -> Optional.of(pause);
      case Begun begun -> perform(begun);
    };
  }

  private Optional<Duration> perform(Begun begun) {
    Backup backup = begun.backup();
    log.info(
        "backup={} database={} attempt={} next=dump",
        backup.id(),
        backup.database(),
        begun.attempt());
    try {
      ledger.completed(begun, manifestOf(begun));
      return Optional.empty();
    } catch (DumpInProgress e) {
      log.info("backup={} next=wait {}", backup.id(), e.getMessage());
      ledger.waits(begun);
      return Optional.of(SOON);
    } catch (BackupFailure failure) {
      return failure.reason() == BackupFailureReason.INTERRUPTED
          ? Optional.of(Duration.ZERO)
          : ledger.failed(begun, failure);
    } catch (DataAccessException | TransactionException e) {
      throw e; // the catalogue is away: there is nobody to tell
    } catch (RuntimeException e) {
      log.error("backup={} next=fail", backup.id(), e);
      return ledger.failed(begun, BackupFailure.unexpected(e, "request the backup again"));
    }
  }

  private Manifest manifestOf(Begun begun) {
    Optional<Manifest> published =
        begun.attempt() > 1 ? pipeline.takeUp(keysOf(begun.backup())) : Optional.empty();
    return published.orElseGet(() -> made(begun));
  }

  private Manifest made(Begun begun) {
    BackupOrder order = order(begun);
    return pipeline.run(
        order,
        witness(begun),
        () -> files.archive(order.keys(), order.filesName(), begun.database().files()));
  }

  private static BackupKeys keysOf(Backup backup) {
    return new BackupKeys(backup.database(), backup.id());
  }

  private BackupPipeline.Witness witness(Begun begun) {
    ProgressPace pace = new ProgressPace(clock.instant());
    return new BackupPipeline.Witness() {
      @Override
      public void passed(long doneBytes, long expectedBytes) {
        pace.at(doneBytes, expectedBytes, clock.instant())
            .ifPresent(progress -> ledger.progressed(begun, progress));
      }

      @Override
      public void found(Manifest.Source source) {
        ledger.requireAlone(begun, source);
      }
    };
  }

  private BackupOrder order(Begun begun) {
    Backup backup = begun.backup();
    return new BackupOrder(
        backup.id(),
        backup.database(),
        backup.deployment(),
        backup.requestedAt(),
        begun.attempt(),
        backup.retentionClass().orElse(RetentionClass.ON_DEMAND),
        Objects.requireNonNullElse(begun.database().minimumRows(), 0),
        login.forBackup(begun.database()));
  }
}
