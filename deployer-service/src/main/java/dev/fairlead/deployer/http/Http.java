package dev.fairlead.deployer.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 without redirects. The client's own timeout ends with the headers; this one does not.
 */
public final class Http {

  /** No answer we ask for is longer; more is an error rather than a full memory. */
  private static final int LONGEST_BODY = 4 << 20;

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  /** A complete answer, and how long it took. */
  public record Answer(int status, HttpHeaders headers, String body, Duration took) {

    /** Whether the status is one of 200 to 299. */
    public boolean successful() {
      return status >= 200 && status < 300;
    }
  }

  /**
   * Sends the request and reads the whole answer.
   *
   * @param timeout for all of it
   * @throws IOException with a message for people if there is no complete answer in time
   */
  public Answer exchange(HttpRequest request, Duration timeout)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST_BODY));
    try {
      HttpResponse<byte[]> response = exchange.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(
          response.statusCode(),
          response.headers(),
          new String(response.body(), StandardCharsets.UTF_8),
          Duration.ofNanos(System.nanoTime() - start));
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("no complete answer within " + timeout.toMillis() + " ms");
    } catch (ExecutionException e) {
      throw explained(e.getCause());
    } finally {
      exchange.cancel(true);
    }
  }

  private static IOException explained(@Nullable Throwable cause) {
    return switch (cause) {
      case HttpConnectTimeoutException e -> e;
      case ConnectException e -> new ConnectException("connection refused");
      case IOException e when e.getMessage() == null ->
          new IOException(e.getClass().getSimpleName(), e);
      case IOException e -> e;
      case null, default -> new IOException(String.valueOf(cause), cause);
    };
  }
}
