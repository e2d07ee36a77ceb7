package dev.fairlead.alert.bus;

import dev.fairlead.alert.watchdog.BackupWatch;
import dev.fairlead.events.Topic;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Has the watchdog look again and again. After an outage of this service the facts that say "the
 * backup is there" are still unread: it cries only once they are read, or cannot be for so long
 * that nobody knows whether there are backups.
 */
@Component
final class WatchRounds implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(WatchRounds.class);

  private static final Duration EVERY = Duration.ofSeconds(5);

  private final BackupWatch watch;
  private final Backlog backlog;
  private final Patience patience = new Patience();
  private volatile boolean running;

  WatchRounds(
      BackupWatch watch, KafkaAdmin kafka, @Value("${spring.application.name}") String service) {
    this.watch = watch;
    this.backlog = new Backlog(kafka, service, Set.of(Topic.APPLICATIONS, Topic.BACKUPS));
  }

  @Override
  public void start() {
    running = true;
    Thread.ofVirtual().name("watchdog").start(this::walk);
  }

  private void walk() {
    while (running) {
      try {
        Thread.sleep(EVERY);
        if (!watch.look(this::isInformed)) {
          patience.renew();
        }
      } catch (InterruptedException _) {
        return;
      } catch (DataAccessException | TransactionException e) {
        LOG.warn("the watchdog waits for the database: {}", e.getMessage());
      }
    }
  }

  private boolean isInformed() {
    if (isRead()) {
      patience.renew();
      return true;
    }
    return patience.isOver(System.nanoTime());
  }

  private boolean isRead() {
    try {
      return backlog.isEmpty();
    } catch (ExecutionException | TimeoutException e) {
      LOG.info("next=look-later it is not known whether all facts were read: {}", e.toString());
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void stop() {
    running = false;
    backlog.close();
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
