package dev.fairlead.alert.alert;

import dev.fairlead.alert.route.Silences;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * What time itself brings: reminders that fall due, silences that end, alerts that are forgotten.
 */
final class Rounds implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration FORGET_AFTER = Duration.ofDays(90);
  private static final int SLOW_ROUND = 600;

  private final AlertDesk desk;
  private final Alerts alerts;
  private final Silences silences;
  private final Clock clock;
  private volatile boolean running;

  Rounds(AlertDesk desk, Alerts alerts, Silences silences, Clock clock) {
    this.desk = desk;
    this.alerts = alerts;
    this.silences = silences;
    this.clock = clock;
  }

  @Override
  public void start() {
    running = true;
    Thread.ofVirtual().name("rounds").start(this::walk);
  }

  @Override
  public void stop() {
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  private void walk() {
    for (long round = 0; running; round++) {
      try {
        look(round);
        Thread.sleep(EVERY);
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  private void look(long round) throws InterruptedException {
    try {
      if (silences.endDue(clock.instant()) > 0) {
        desk.reconsider();
      }
      desk.remind();
      if (round % SLOW_ROUND == 0) {
        desk.reconsider();
        desk.lapse();
        alerts.forgetResolvedBefore(clock.instant().minus(FORGET_AFTER));
      }
    } catch (DataAccessException | TransactionException e) {
      LOG.warn("rounds wait for the database: {}", e.getMessage());
      Thread.sleep(EVERY);
    }
  }
}
