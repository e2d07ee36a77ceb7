package dev.fairlead.alert.notification;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Ends a worker's sleep when there is something new. */
final class Wakeup {

  private final Semaphore news = new Semaphore(0);

  void signal() {
    if (news.availablePermits() == 0) {
      news.release();
    }
  }

  void await(Duration longest) throws InterruptedException {
    if (news.tryAcquire(Math.max(0, longest.toNanos()), TimeUnit.NANOSECONDS)) {
      news.drainPermits();
    }
  }
}
