package dev.fairlead.edge;

import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** An upload that goes on when the test says so. */
final class Posting implements AutoCloseable {
  private final PipedOutputStream body = new PipedOutputStream();
  private final CompletableFuture<HttpResponse<String>> answer;

  Posting(HttpClient http, URI where) throws IOException {
    PipedInputStream read = new PipedInputStream(body, 64 * 1024);
    this.answer =
        http.sendAsync(
            HttpRequest.newBuilder(where).POST(BodyPublishers.ofInputStream(() -> read)).build(),
            BodyHandlers.ofString());
  }

  void send(int bytes) throws IOException {
    body.write(new byte[bytes]);
    body.flush();
  }

  /** Ends the upload. */
  String answer() throws Exception {
    body.close();
    return answer.get(10, TimeUnit.SECONDS).body();
  }

  @Override
  public void close() throws IOException {
    body.close();
  }
}
