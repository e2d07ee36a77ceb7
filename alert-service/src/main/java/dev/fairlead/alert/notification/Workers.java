package dev.fairlead.alert.notification;

import dev.fairlead.alert.channel.ChannelSettings;
import dev.fairlead.alert.channel.Channels;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** The workers of all channels, from the start of the service to its end. */
public final class Workers implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

  /** Well within the lease, so that one lost beat does no harm. */
  private static final Duration HEARTBEAT = ClaimedRows.LEASE.dividedBy(4);

  private final ClaimedRows waiting;
  private final Clock clock;
  private final Set<UUID> inHand = ConcurrentHashMap.newKeySet();
  private final List<ChannelWorker> workers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Duration longestAttempt;
  private volatile boolean running;

  Workers(
      Map<String, ChannelSettings> settings,
      Channels channels,
      ClaimedRows waiting,
      SentRows sent,
      Fallbacks fallbacks,
      org.springframework.transaction.support.TransactionTemplate transaction,
      Clock clock) {
    this.waiting = waiting;
    this.clock = clock;
    this.longestAttempt =
        settings.values().stream()
            .map(ChannelSettings::timeout)
            .max(Duration::compareTo)
            .orElse(Duration.ZERO);
    settings.forEach(
        (name, channel) ->
            workers.add(
                new ChannelWorker(
                    name,
                    channels.of(channel),
                    channel.rateOrUsual(),
                    Breakers.of(name),
                    waiting,
                    sent,
                    fallbacks,
                    transaction,
                    inHand,
                    clock)));
  }

  /** Something new was planned and committed. */
  public void wake() {
    workers.forEach(ChannelWorker::wake);
  }

  @Override
  public void start() {
    running = true;
    workers.forEach(worker -> threads.add(Thread.ofVirtual().name("channel").start(worker)));
    Thread.ofVirtual().name("leases").start(this::keepLeases);
  }

  /** Messages in hand are finished; what waits is sent by the next start. */
  @Override
  public void stop() {
    workers.forEach(ChannelWorker::stop);
    try {
      for (Thread thread : threads) {
        if (!thread.join(longestAttempt)) {
          thread.interrupt();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  private void keepLeases() {
    while (running) {
      try {
        Thread.sleep(HEARTBEAT);
        if (!inHand.isEmpty()) {
          waiting.renew(inHand, clock.instant());
        }
      } catch (DataAccessException | TransactionException e) {
        LOG.warn("leases cannot be renewed: {}", e.getMessage());
      } catch (InterruptedException _) {
        return;
      }
    }
  }
}
