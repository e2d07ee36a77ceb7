package dev.fairlead.deployer.journey;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * So many requests a second, whatever becomes of those before; unless so many of them wait that the
 * machine itself must have stalled, which more connections would only prolong.
 */
final class SteadyVisitors implements AutoCloseable {

  private static final int MOST_WAITING = 300;

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final HttpRequest request;
  private final long gapNanos;
  private final Semaphore waiting = new Semaphore(MOST_WAITING);
  private final Thread clock;
  private volatile boolean leaving;

  SteadyVisitors(URI edge, String host, int perSecond) {
    request =
        HttpRequest.newBuilder(edge.resolve("/"))
            .header("Host", host)
            .timeout(Duration.ofSeconds(30))
            .build();
    gapNanos = 1_000_000_000L / perSecond;
    clock = Thread.ofPlatform().daemon().start(this::tick);
  }

  private void tick() {
    long start = System.nanoTime();
    for (long number = 0; !leaving; number++) {
      long due = start + number * gapNanos;
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      if (waiting.tryAcquire()) {
        HTTP.sendAsync(request, HttpResponse.BodyHandlers.discarding())
            .whenComplete((answer, failure) -> waiting.release());
      }
    }
  }

  @Override
  public void close() {
    leaving = true;
    try {
      clock.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
