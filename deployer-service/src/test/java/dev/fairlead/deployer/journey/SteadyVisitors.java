package dev.fairlead.deployer.journey;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** So many requests a second, whatever becomes of those before. */
final class SteadyVisitors implements AutoCloseable {

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final HttpRequest request;
  private final long gapNanos;
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
      HTTP.sendAsync(request, HttpResponse.BodyHandlers.discarding());
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
