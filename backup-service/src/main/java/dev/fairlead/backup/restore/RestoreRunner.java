package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.ProgressPace;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.database.DatabaseLogin;
import dev.fairlead.backup.files.RestorePointFiles;
import dev.fairlead.backup.files.StagedFiles;
import dev.fairlead.backup.restore.RestoreLedger.Begun;
import dev.fairlead.backup.restore.RestorePipeline.Restored;
import dev.fairlead.backup.restore.RestorePipeline.Witness;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.RestoreId;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** Does what a restore asks for, once, however often it is interrupted. */
@Component
public class RestoreRunner {

  private static final Logger log = LoggerFactory.getLogger(RestoreRunner.class);

  /** With all attempts, a server may be away for more than half an hour after it was done. */
  private static final Duration LATER = Duration.ofMinutes(5);

  private final RestoreLedger ledger;
  private final RestorePipeline pipeline;
  private final DatabaseLogin login;
  private final RestorePointFiles files;
  private final WarmCopies warmCopies;
  private final Clock clock;

  RestoreRunner(
      RestoreLedger ledger,
      RestorePipeline pipeline,
      DatabaseLogin login,
      RestorePointFiles files,
      WarmCopies warmCopies,
      Clock clock) {
    this.ledger = ledger;
    this.pipeline = pipeline;
    this.login = login;
    this.files = files;
    this.warmCopies = warmCopies;
    this.clock = clock;
  }

  /**
   * @return after which time to call again; empty when there is nothing more to do
   */
  public Optional<Duration> run(RestoreId id) {
    return switch (ledger.begin(id)) {
      case RestoreLedger.Nothing _ -> Optional.empty();
      case RestoreLedger.Wait(Duration pause) -> Optional.of(pause);
      case Begun begun -> perform(begun);
    };
  }

  private Optional<Duration> perform(Begun begun) {
    Restore restore = begun.restore();
    log.info(
        "restore={} database={} backup={} attempt={} next=load",
        restore.id(),
        restore.database(),
        begun.backup().id(),
        begun.attempt());
    try {
      perform(begun, order(begun));
    } catch (BackupFailure failure) {
      if (failure.reason() == BackupFailureReason.INTERRUPTED) {
        return Optional.of(failure.worthAnotherTry() ? LATER : Duration.ZERO);
      }
      ledger.failed(begun, failure);
    } catch (DataAccessException | TransactionException e) {
      throw e; // the catalogue is away: there is nobody to tell
    } catch (RuntimeException e) {
      log.error("restore={} next=fail", restore.id(), e);
      ledger.failed(begun, BackupFailure.unexpected(e, "request the restore again"));
    }
    return Optional.empty();
  }

  /**
   * The files are fetched before the database is touched, and take their places after it: what can
   * fail fails while everything still is as it was.
   */
  private void perform(Begun begun, RestoreOrder order) {
    Restore restore = begun.restore();
    Optional<Restored> before = before(begun, order);
    StagedFiles staged =
        restore.withFiles() ? staged(begun, order, before.isPresent()) : StagedFiles.NONE;
    Restored restored;
    try {
      restored = before.orElseGet(() -> pipeline.run(order, witness(begun)));
      ledger.swapped(begun, restored);
    } catch (RuntimeException e) {
      staged.discard();
      throw e;
    }
    ledger.completed(begun, restored, replaced(staged));
    staged.leave();
  }

  /** Once the database is another one, its files are waited for while a store is away. */
  private StagedFiles staged(Begun begun, RestoreOrder order, boolean isSwapped) {
    Restore restore = begun.restore();
    try {
      return files.stage(
          order.manifest(), restore.id().value(), restore.requestedAt(), begun.database().files());
    } catch (BackupFailure e) {
      if (!isSwapped
          || e.reason() != BackupFailureReason.STORE_UNREACHABLE
          || begun.attempt() >= RestoreLedger.MOST_ATTEMPTS) {
        throw e;
      }
      log.warn("restore={} next=files-in-{} {}", restore.id(), LATER, e.sentence());
      throw BackupFailure.storeAway(e);
    }
  }

  /** The database, if an earlier attempt has swapped it: that is never done twice. */
  private Optional<Restored> before(Begun begun, RestoreOrder order) {
    Restore restore = begun.restore();
    if (restore.restoredInto() != null && restore.store() != null) {
      return Optional.of(
          new Restored(
              restore.restoredInto(),
              restore.keptAs(),
              restore.kept(),
              restore.store(),
              List.of()));
    }
    if (restore.temporary() == null) {
      return Optional.empty();
    }
    Optional<Restored> found = pipeline.alreadyDone(order);
    found.ifPresent(restored -> ledger.swapped(begun, restored));
    return found;
  }

  private static List<String> replaced(StagedFiles staged) {
    try {
      return staged.takeTheirPlaces();
    } catch (BackupFailure e) {
      staged.discard();
      staged.leave();
      throw e;
    }
  }

  private RestoreOrder order(Begun begun) {
    Manifest manifest =
        Objects.requireNonNull(begun.backup().manifest(), "a completed backup has a manifest");
    return new RestoreOrder(
        begun.restore().id(),
        manifest,
        login.forRestore(begun.database()),
        begun.restore().newDatabase(),
        begun.keptAs(),
        begun.restore().temporary(),
        begun.restore().table(),
        warm(begun));
  }

  /** Of use only where it would take the database's name as it is. */
  private @Nullable WarmCopy warm(Begun begun) {
    Restore restore = begun.restore();
    return restore.newDatabase() != null || restore.table() != null
        ? null
        : warmCopies
            .find(begun.backup().id())
            .filter(copy -> copy.state() == WarmCopy.State.READY)
            .orElse(null);
  }

  private Witness witness(Begun begun) {
    ProgressPace pace = new ProgressPace(clock.instant());
    return new Witness() {
      @Override
      public void passed(long doneBytes, long dumpBytes) {
        pace.at(doneBytes, dumpBytes, clock.instant())
            .ifPresent(progress -> ledger.progressed(begun, progress));
      }

      @Override
      public void created(DatabaseIdentity database) {
        ledger.temporary(begun, database);
      }

      @Override
      public void corrupted(String store, String detail) {
        ledger.corrupted(begun, store, detail);
      }
    };
  }
}
