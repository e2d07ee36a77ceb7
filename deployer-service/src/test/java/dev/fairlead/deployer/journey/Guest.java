package dev.fairlead.deployer.journey;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Somebody who uses an application all the while, and remembers every answer that was none. */
final class Guest implements AutoCloseable {

  /** Longer than a router lets anybody wait; who waited so long was told the truth. */
  private static final Duration HELD = Duration.ofSeconds(29);

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(150);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final HttpRequest request;
  private final AtomicInteger answered = new AtomicInteger();
  private final Queue<String> lost = new ConcurrentLinkedQueue<>();
  private final Queue<String> heldTooLong = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private volatile boolean leaving;

  Guest(URI traffic, String application) {
    request =
        HttpRequest.newBuilder(traffic.resolve("/"))
            .header("Host", application + ".localhost")
            .timeout(PATIENCE)
            .build();
    thread = Thread.startVirtualThread(this::stay);
  }

  private void stay() {
    while (!leaving) {
      long begun = System.nanoTime();
      try {
        int status = HTTP.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
        if (status == 200) {
          answered.incrementAndGet();
        } else {
          remember("answered " + status, begun);
        }
        Thread.sleep(PAUSE);
      } catch (IOException e) {
        remember(e.toString(), begun);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void remember(String what, long begun) {
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    (took.compareTo(HELD) < 0 ? lost : heldTooLong).add(what + " after " + took);
  }

  int answered() {
    return answered.get();
  }

  /** What was not answered, leaving out who waited as long as anybody may be kept waiting. */
  Queue<String> lost() {
    return lost;
  }

  Queue<String> heldTooLong() {
    return heldTooLong;
  }

  @Override
  public void close() {
    leaving = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
