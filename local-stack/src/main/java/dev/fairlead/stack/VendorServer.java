package dev.fairlead.stack;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.json.JsonMapper;

/** What the fakes of HTTP vendors share: a server on loopback, answers, and outages on demand. */
final class VendorServer implements AutoCloseable {

  /** An answer of the vendor's API; {@code headers} beside the content type. */
  record Answer(int status, String contentType, String body, Map<String, String> headers) {

    static Answer text(int status, String body) {
      return new Answer(status, "text/plain; charset=utf-8", body, Map.of());
    }

    static Answer json(int status, Object value) {
      return new Answer(status, "application/json", JSON.writeValueAsString(value), Map.of());
    }

    Answer retryAfter(Duration wait) {
      long seconds = Math.max(1, (wait.toMillis() + 999) / 1000);
      return new Answer(status, contentType, body, Map.of("Retry-After", Long.toString(seconds)));
    }
  }

  /** One endpoint of the vendor's API. */
  interface Endpoint {
    Answer answer(HttpExchange exchange, byte[] body) throws IOException;
  }

  static final JsonMapper JSON = JsonMapper.builder().build();

  private final HttpServer server;
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger failuresDue = new AtomicInteger();
  private volatile int failureStatus = 503;

  VendorServer(int port, String vendor) {
    Ports.requireFree(port, vendor);
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 64);
    } catch (IOException e) {
      throw new UncheckedIOException(vendor + " cannot listen on port " + port, e);
    }
    server.setExecutor(workers);
  }

  /** What a caller sends; subject to {@link #failNext}. */
  void receive(String path, int maxBytes, Answer tooLarge, Endpoint endpoint) {
    server.createContext(
        path,
        exchange -> {
          byte[] body = exchange.getRequestBody().readNBytes(maxBytes + 1);
          if (failuresDue.getAndUpdate(due -> Math.max(0, due - 1)) > 0) {
            send(exchange, Answer.text(failureStatus, "the vendor has an outage"));
          } else if (body.length > maxBytes) {
            send(exchange, tooLarge);
          } else {
            send(exchange, endpoint.answer(exchange, body));
          }
        });
  }

  /** What tests and the command line look at; always works. */
  void list(String path, java.util.function.Supplier<Object> content) {
    server.createContext(path, exchange -> send(exchange, Answer.json(200, content.get())));
  }

  VendorServer start() {
    server.start();
    return this;
  }

  void failNext(int requests, int status) {
    failureStatus = status;
    failuresDue.set(requests);
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    try (exchange) {
      byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.contentType());
      answer.headers().forEach(exchange.getResponseHeaders()::set);
      exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    workers.shutdownNow();
  }
}
