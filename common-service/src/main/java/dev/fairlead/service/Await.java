package dev.fairlead.service;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits at start for a neighbour that is not there yet, and says so. */
public final class Await {

  private static final Logger log = LoggerFactory.getLogger(Await.class);

  private static final Duration PAUSE = Duration.ofSeconds(1);

  private Await() {}

  /** What fails as long as the neighbour is away. */
  @FunctionalInterface
  public interface Attempt {
    void run() throws Exception;
  }

  /**
   * Tries again every second until {@code attempt} succeeds. Logs the first failure of each ten.
   */
  @SuppressWarnings("Interruption") // joined, never cancelled
  public static void reachable(String neighbour, Attempt attempt) {
    // The starting thread must be seen WAITING: the context can then be closed while it waits.
    Thread waiting =
        Thread.ofVirtual().name("await-" + neighbour).start(() -> retry(neighbour, attempt));
    try {
      waiting.join();
    } catch (InterruptedException e) {
      waiting.interrupt();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + neighbour, e);
    }
  }

  private static void retry(String neighbour, Attempt attempt) {
    for (int tries = 0; ; tries++) {
      try {
        attempt.run();
        return;
      } catch (Exception e) {
        if (tries % 10 == 0) {
          log.warn(
              "neighbour={} state=unreachable reason=\"{}\" next=retry", neighbour, e.toString());
        }
      }
      try {
        Thread.sleep(PAUSE);
      } catch (InterruptedException e) {
        return;
      }
    }
  }
}
