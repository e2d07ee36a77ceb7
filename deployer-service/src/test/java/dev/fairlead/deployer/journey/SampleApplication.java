package dev.fairlead.deployer.journey;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;

/** An application that answers with its version, or misbehaves as the file {@code mood} says. */
final class SampleApplication {

  private SampleApplication() {}

  public static void main(String[] arguments) throws IOException {
    String mood = Files.readString(Path.of("mood")).strip();
    int port = Integer.parseInt(System.getenv("PORT"));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 64);
    server.createContext(
        "/health", exchange -> answer(exchange, mood.equals("unhealthy") ? 503 : 200, "up"));
    server.createContext(
        "/slow",
        exchange -> {
          pause();
          answer(exchange, 200, version());
        });
    server.createContext(
        "/", exchange -> answer(exchange, mood.equals("failing") ? 500 : 200, version()));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    System.out.println(version() + " listens at " + port);
  }

  private static void pause() {
    try {
      Thread.sleep(2_000);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String version() {
    return "version " + System.getenv("FAIRLEAD_VERSION");
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
