package dev.fairlead.health.probe;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server that is fine, broken, moved or dripping, by path. */
final class Site implements AutoCloseable {

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;

  /**
   * @param port a free one when 0
   */
  Site(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
    server.setExecutor(threads);
    server.createContext("/health", exchange -> respond(exchange, 200, "all is fine"));
    server.createContext("/broken", exchange -> respond(exchange, 500, "sorry"));
    server.createContext(
        "/host", exchange -> respond(exchange, 200, exchange.getRequestHeaders().getFirst("Host")));
    server.createContext("/moved", Site::moved);
    server.createContext("/drip", Site::drip);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  String at(String path) {
    return "http://127.0.0.1:%d%s".formatted(port(), path);
  }

  private static void moved(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().add("Location", "/health");
    respond(exchange, 302, "");
  }

  /** Ten seconds long, a byte at a time. */
  private static void drip(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    try (var body = exchange.getResponseBody()) {
      for (int i = 0; i < 200; i++) {
        body.write('.');
        body.flush();
        Thread.sleep(50);
      }
    } catch (InterruptedException | IOException _) {
      exchange.close();
    }
  }

  private static void respond(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
