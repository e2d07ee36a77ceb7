package dev.fairlead.deployer.router;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** A visitor who listens to server-sent events. */
final class EventStream implements AutoCloseable {

  /** How a stream ended for its listener. */
  enum End {
    /** With its last chunk, as HTTP has it. */
    WHOLE,
    /** In the middle. */
    CUT
  }

  private final InputStream body;
  private final AtomicInteger events = new AtomicInteger();
  private final CompletableFuture<End> end = new CompletableFuture<>();

  EventStream(HttpRequest request) throws IOException, InterruptedException {
    body = RouterScene.HTTP.send(request, BodyHandlers.ofInputStream()).body();
    Thread.startVirtualThread(this::listen);
  }

  private void listen() {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.startsWith("data:")) {
          events.incrementAndGet();
        }
      }
      end.complete(End.WHOLE);
    } catch (IOException e) {
      end.complete(End.CUT);
    }
  }

  /** Waits for events that come from now on. */
  void awaitMore() {
    int before = events.get();
    await().atMost(Duration.ofSeconds(20)).until(() -> events.get() > before + 1);
  }

  End end() {
    await().atMost(Duration.ofSeconds(20)).until(end::isDone);
    return end.join();
  }

  @Override
  public void close() throws IOException {
    body.close();
  }
}
