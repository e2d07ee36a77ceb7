package dev.fairlead.edge;

import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;

/**
 * An upload that goes on when the test says so. Its client waits for more without a thread: over
 * HTTP/2 it would wait with the one that reads the connection, for all other requests too.
 */
final class Posting implements AutoCloseable {
  private final SubmissionPublisher<ByteBuffer> body = new SubmissionPublisher<>();
  private final CompletableFuture<HttpResponse<String>> answer;

  Posting(HttpClient http, URI where) {
    this.answer =
        http.sendAsync(
            HttpRequest.newBuilder(where).POST(BodyPublishers.fromPublisher(body)).build(),
            BodyHandlers.ofString());
  }

  void send(int bytes) {
    await().until(body::hasSubscribers);
    body.submit(ByteBuffer.allocate(bytes));
  }

  /** Ends the upload. */
  String answer() throws Exception {
    body.close();
    return answer.get(10, TimeUnit.SECONDS).body();
  }

  @Override
  public void close() {
    body.close();
  }
}
