package dev.fairlead.backup.drill;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.drill.DrillLedger.Begun;
import dev.fairlead.backup.drill.DrillPipeline.Disproved;
import dev.fairlead.backup.drill.DrillPipeline.Proved;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.BackupId;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Drills one backup after the other. Who has to wait gives its thread back, so that drills, however
 * many there are, never keep a backup waiting.
 */
@Component
public class DrillRunner {

  private static final Logger log = LoggerFactory.getLogger(DrillRunner.class);
  private static final Duration SOON = Duration.ofSeconds(1);

  /** Who has so many before it, or more, asks again after as many seconds. */
  private static final int FAR_BEHIND = 300;

  private final Drills drills;
  private final DrillLedger ledger;
  private final DrillPipeline pipeline;
  private final StoredStatements statements;
  private final DrillTurn turn;

  DrillRunner(
      Drills drills,
      DrillLedger ledger,
      DrillPipeline pipeline,
      StoredStatements statements,
      DrillTurn turn) {
    this.drills = drills;
    this.ledger = ledger;
    this.pipeline = pipeline;
    this.statements = statements;
    this.turn = turn;
  }

  /**
   * @return after which time to call again; empty when there is nothing more to do
   */
  public Optional<Duration> run(BackupId id) {
    if (!turn.tryTake()) {
      return Optional.of(untilItsTurn(id));
    }
    try {
      return ledger.begin(id).flatMap(this::perform);
    } finally {
      turn.giveBack();
    }
  }

  /**
   * A drill takes more than a second, so whoever has n before it need not ask for n seconds: all
   * that wait together ask a few times a second, however many they are.
   */
  private Duration untilItsTurn(BackupId id) {
    return SOON.multipliedBy(1L + drills.ahead(id, FAR_BEHIND));
  }

  private Optional<Duration> perform(Begun begun) {
    log.info(
        "backup={} database={} attempt={} next=drill",
        begun.backup().id(),
        begun.backup().database(),
        begun.attempt());
    try {
      switch (pipeline.run(
          begun.manifest(), (store, detail) -> ledger.corrupted(begun, store, detail))) {
        case Proved proved ->
            ledger
                .proved(begun, proved)
                .ifPresent(statement -> statements.keep(begun.backup(), statement));
        case Disproved disproved ->
            ledger
                .disproved(begun, disproved)
                .ifPresent(statement -> statements.keepDisproof(begun.backup(), statement));
      }
    } catch (BackupFailure failure) {
      if (failure.reason() == BackupFailureReason.INTERRUPTED) {
        return Optional.of(SOON);
      }
      ledger.failed(begun, failure);
    } catch (DataAccessException | TransactionException e) {
      throw e; // the catalogue is away: there is nobody to tell
    } catch (RuntimeException e) {
      log.error("backup={} next=fail", begun.backup().id(), e);
      ledger.failed(begun, BackupFailure.unexpected(e, "drill again: fairlead backup drill"));
    }
    return Optional.empty();
  }
}
