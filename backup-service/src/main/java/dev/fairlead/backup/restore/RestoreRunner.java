package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.ProgressPace;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.database.DatabaseLogin;
import dev.fairlead.backup.restore.RestoreLedger.Begun;
import dev.fairlead.backup.restore.RestorePipeline.Witness;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.RestoreId;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Does what a restore asks for, once, however often it is interrupted. */
@Component
public class RestoreRunner {

  private static final Logger log = LoggerFactory.getLogger(RestoreRunner.class);

  private final RestoreLedger ledger;
  private final RestorePipeline pipeline;
  private final DatabaseLogin login;
  private final Clock clock;

  RestoreRunner(RestoreLedger ledger, RestorePipeline pipeline, DatabaseLogin login, Clock clock) {
    this.ledger = ledger;
    this.pipeline = pipeline;
    this.login = login;
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
      ledger.completed(begun, pipeline.run(order(begun), witness(begun)));
    } catch (BackupFailure failure) {
      if (failure.reason() == BackupFailureReason.INTERRUPTED) {
        return Optional.of(Duration.ZERO);
      }
      ledger.failed(begun, failure);
    }
    return Optional.empty();
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
        begun.restore().temporaryOid(),
        begun.restore().table());
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
      public void created(long oid) {
        ledger.temporary(begun, oid);
      }

      @Override
      public void corrupted(String store, String detail) {
        ledger.corrupted(begun, store, detail);
      }
    };
  }
}
