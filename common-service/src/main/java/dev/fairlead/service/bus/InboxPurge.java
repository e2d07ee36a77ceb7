package dev.fairlead.service.bus;

import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Forgets old facts, at the start and once an hour. */
final class InboxPurge implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(InboxPurge.class);

  private static final Duration INTERVAL = Duration.ofHours(1);

  private final Inbox inbox;
  private final Duration rememberFor;
  private final Clock clock;
  private volatile @Nullable Thread thread;

  InboxPurge(Inbox inbox, Duration rememberFor, Clock clock) {
    this.inbox = inbox;
    this.rememberFor = rememberFor;
    this.clock = clock;
  }

  @Override
  public void start() {
    thread = Thread.ofVirtual().name("inbox-purge").start(this::purgeHourly);
  }

  private void purgeHourly() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        purge();
        Thread.sleep(INTERVAL);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void purge() {
    try {
      int forgotten = inbox.forget(clock.instant().minus(rememberFor));
      log.info("inbox=purged facts={}", forgotten);
    } catch (RuntimeException e) {
      log.warn("inbox=not-purged reason=\"{}\" next=retry-in-an-hour", e.toString());
    }
  }

  @Override
  public void stop() {
    Thread purging = thread;
    if (purging != null) {
      purging.interrupt();
    }
    thread = null;
  }

  @Override
  public boolean isRunning() {
    return thread != null;
  }
}
