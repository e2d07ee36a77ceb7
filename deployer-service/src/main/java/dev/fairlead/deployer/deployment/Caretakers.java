package dev.fairlead.deployer.deployment;

import dev.fairlead.events.Place;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Look after places side by side: a few at a time, no place twice at once. Whoever sends them waits
 * for none.
 */
final class Caretakers implements AutoCloseable {

  /**
   * Visits are interrupted when the service stops; what they leave half done is looked at again.
   */
  private static final Duration FAREWELL = Duration.ofSeconds(5);

  private final Semaphore free;
  private final UnderWay underWay = new UnderWay();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * @param count how many places are looked after at a time, so that hundreds of instances are not
   *     all started in one moment
   */
  Caretakers(int count) {
    this.free = new Semaphore(count);
  }

  /** What is done at a place. */
  @FunctionalInterface
  interface Visit {
    void pay() throws InterruptedException;
  }

  /** Leaves a place alone whose last visit has not come to its end. */
  void send(Place place, Visit visit) {
    if (underWay.begin(place.toString())) {
      threads.execute(() -> go(place, visit));
    }
  }

  private void go(Place place, Visit visit) {
    try {
      free.acquire();
      try {
        visit.pay();
      } finally {
        free.release();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      underWay.end(place.toString());
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    try {
      threads.awaitTermination(FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
