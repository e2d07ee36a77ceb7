package dev.fairlead.alert.schedule;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** What time itself brings: handovers, and substitutions that begin and end. */
final class DutyRounds implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(DutyRounds.class);

  private static final Duration EVERY = Duration.ofSeconds(1);

  private final Runnable desk;
  private volatile boolean running;

  /**
   * @param desk told to look, about once a second
   */
  DutyRounds(Runnable desk) {
    this.desk = desk;
  }

  @Override
  public void start() {
    running = true;
    Thread.ofVirtual().name("duty").start(this::walk);
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
    while (running) {
      try {
        look();
        Thread.sleep(EVERY);
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  private void look() {
    try {
      desk.run();
    } catch (DataAccessException | TransactionException e) {
      LOG.warn("who is on call is not told while the database is away: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("who is on call could not be told; next=look-again", e);
    }
  }
}
