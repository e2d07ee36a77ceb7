package dev.fairlead.backup.scrub;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.scrub.ScrubOrder.State;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.BackupId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** Scrubs what somebody asked for. Called again after an interruption, it goes on where it was. */
@Component
public class ScrubRunner {

  private static final Logger log = LoggerFactory.getLogger(ScrubRunner.class);
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final int MOST_ATTEMPTS = 8;
  private static final String AGAIN = "scrub again: fairlead backup scrub";

  private final ScrubOrders orders;
  private final ScrubRounds rounds;
  private final CopyReadings readings;
  private final CopyCare care;

  ScrubRunner(ScrubOrders orders, ScrubRounds rounds, CopyReadings readings, CopyCare care) {
    this.orders = orders;
    this.rounds = rounds;
    this.readings = readings;
    this.care = care;
  }

  /**
   * @return after which time to call again; empty when there is nothing more to do
   */
  public Optional<Duration> run(UUID id) {
    Optional<ScrubOrder> open = orders.find(id).filter(order -> !order.state().hasEnded());
    return open.flatMap(this::attempt);
  }

  private Optional<Duration> attempt(ScrubOrder order) {
    if (order.attempt() >= MOST_ATTEMPTS) {
      orders.failed(order.id(), BackupFailure.interruptedTooOften(MOST_ATTEMPTS, AGAIN));
      return Optional.empty();
    }
    orders.begun(order.id());
    try {
      return perform(order);
    } catch (DataAccessException | TransactionException e) {
      throw e; // the catalogue is away: there is nobody to tell
    } catch (BackupFailure failure) {
      orders.failed(order.id(), failure);
    } catch (RuntimeException e) {
      log.error("scrub={} next=fail", order.id(), e);
      orders.failed(order.id(), BackupFailure.unexpected(e, AGAIN));
    }
    return Optional.empty();
  }

  private Optional<Duration> perform(ScrubOrder order) {
    Inspection inspection = rounds.freshInspection();
    for (StoredCopy copy : copiesOf(order)) {
      if (order.hasFound(copy)) {
        continue;
      }
      Optional<CopyFinding> finding = care.inspect(copy, inspection);
      if (Thread.currentThread().isInterrupted()) {
        return Optional.of(SOON);
      }
      finding.ifPresent(it -> orders.found(order.id(), it));
    }
    State state = State.after(orders.find(order.id()).orElseThrow().findings());
    orders.ended(order.id(), state);
    log.info("scrub={} state={} next=none", order.id(), state.text());
    return Optional.empty();
  }

  private List<StoredCopy> copiesOf(ScrubOrder order) {
    BackupId backup = order.backup();
    if (backup == null) {
      return rounds.due();
    }
    List<StoredCopy> copies =
        readings.all().stream().filter(copy -> copy.backup().equals(backup)).toList();
    if (copies.isEmpty()) {
      throw new BackupFailure(
          BackupFailureReason.EMPTY_RESULT,
          "backup %s has no copy any more".formatted(backup),
          "fairlead backup list shows those that have");
    }
    return copies;
  }
}
