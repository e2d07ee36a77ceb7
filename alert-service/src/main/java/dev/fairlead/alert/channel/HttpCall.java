package dev.fairlead.alert.channel;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One POST of JSON with a deadline over all of it, body included; redirects are not followed. */
final class HttpCall {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  private final Duration timeout;
  private final Clock clock;

  HttpCall(Duration timeout, Clock clock) {
    this.timeout = timeout;
    this.clock = clock;
  }

  /** What came back, and when. */
  record Answer(int status, String body, Optional<String> retryAfter, Instant at) {

    private static final int LONGEST_QUOTE = 300;

    /** When it asked to be called again; empty if it did not say, or not in a form known. */
    Optional<Instant> notBefore() {
      return retryAfter.flatMap(header -> RetryAfter.parse(header, at));
    }

    String quoted() {
      String text = body.strip().replaceAll("\\s+", " ");
      String shown = text.length() > LONGEST_QUOTE ? text.substring(0, LONGEST_QUOTE) + "…" : text;
      return shown.isEmpty() ? "HTTP " + status : "HTTP %d: %s".formatted(status, shown);
    }
  }

  /** There was no answer. The reason names neither the URL nor anything else that is secret. */
  static final class NoAnswer extends Exception {
    private static final long serialVersionUID = 1L;

    NoAnswer(String reason) {
      super(reason);
    }

    String reason() {
      return String.valueOf(getMessage());
    }
  }

  Answer post(URI uri, Map<String, String> headers, byte[] json) throws NoAnswer {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(timeout)
            .header("Content-Type", "application/json; charset=utf-8")
            .header("User-Agent", "fairlead-alert")
            .POST(HttpRequest.BodyPublishers.ofByteArray(json));
    headers.forEach(request::header);
    CompletableFuture<HttpResponse<String>> pending =
        CLIENT.sendAsync(
            request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    try {
      HttpResponse<String> response = pending.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(
          response.statusCode(),
          response.body(),
          response.headers().firstValue("Retry-After"),
          clock.instant());
    } catch (TimeoutException _) {
      pending.cancel(true);
      throw new NoAnswer("no answer within " + Spans.words(timeout));
    } catch (ExecutionException e) {
      throw new NoAnswer(reasonOf(e.getCause()));
    } catch (InterruptedException _) {
      pending.cancel(true);
      Thread.currentThread().interrupt();
      throw new NoAnswer("interrupted: the service is stopping");
    }
  }

  private String reasonOf(@org.jspecify.annotations.Nullable Throwable cause) {
    return switch (cause) {
      case java.net.http.HttpConnectTimeoutException _ ->
          "no connection within " + Spans.words(CONNECT_TIMEOUT);
      case HttpTimeoutException _ -> "no answer within " + Spans.words(timeout);
      case java.net.ConnectException _ -> "connection refused, or the name is unknown";
      case javax.net.ssl.SSLException e -> "TLS failed: " + e.getMessage();
      case IOException e -> "the connection broke (%s)".formatted(e.getClass().getSimpleName());
      case null, default -> "the call failed";
    };
  }
}
