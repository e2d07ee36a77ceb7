package dev.fairlead.alert.channel;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An HTTP endpoint that answers as it is told, and remembers what it was sent. */
public final class Vendor implements AutoCloseable {

  /** What was received; header names in lower case. */
  @SuppressWarnings("ArrayRecordComponent") // the bytes are what is signed
  public record Call(String path, Map<String, String> headers, byte[] body, Instant at) {
    public JsonNode json() {
      return JsonMapper.builder().build().readTree(body);
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  /** How it answers. */
  public interface Mood {
    void answer(HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private volatile Mood mood = status(200, "ok");

  public Vendor() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          Map<String, String> headers = new java.util.TreeMap<>();
          exchange
              .getRequestHeaders()
              .forEach(
                  (name, values) ->
                      headers.put(name.toLowerCase(java.util.Locale.ROOT), values.getFirst()));
          calls.add(
              new Call(
                  exchange.getRequestURI().getPath(),
                  headers,
                  exchange.getRequestBody().readAllBytes(),
                  Instant.now()));
          mood.answer(exchange);
          exchange.close();
        });
    server.start();
  }

  public void in(Mood next) {
    mood = next;
  }

  public static Mood status(int status, String body, String... headers) {
    return exchange -> {
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
      }
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  /** Takes the request and never answers. */
  public static Mood hanging() {
    return exchange -> {
      try {
        Thread.sleep(60_000);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    };
  }

  /** Sends the header and then one byte of the body a second. */
  static Mood dripping() {
    return exchange -> {
      exchange.sendResponseHeaders(200, 1_000);
      try {
        for (int i = 0; i < 30; i++) {
          exchange.getResponseBody().write('.');
          exchange.getResponseBody().flush();
          Thread.sleep(1_000);
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    };
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public List<Call> calls() {
    return List.copyOf(calls);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
