package dev.fairlead.deployer.router;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers as Traefik's API is documented to, from the file it is given, and as a process of its own
 * routes by it as {@link TraefikTraffic} does. There is no Traefik here to be tested against.
 */
final class TraefikStandIn implements AutoCloseable {

  private static final String SERVICES = "/api/http/services/";

  private final Path file;
  private final HttpServer server;
  private volatile boolean blind;

  TraefikStandIn(Path file) throws IOException {
    this(file, 0);
  }

  private TraefikStandIn(Path file, int port) throws IOException {
    this.file = file;
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.createContext("/api/version", exchange -> answer(exchange, 200, "{\"Version\":\"3\"}"));
    server.createContext(SERVICES, this::service);
    server.start();
  }

  /**
   * @param arguments the file, the port of the API, the port of the traffic
   */
  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[0]);
    TraefikStandIn api = new TraefikStandIn(file, Integer.parseInt(arguments[1]));
    try (TraefikTraffic traffic = new TraefikTraffic(file, Integer.parseInt(arguments[2]))) {
      traffic.serve();
    } finally {
      api.close();
    }
  }

  URI api() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** As if its file provider watched another folder. */
  void lookElsewhere() {
    blind = true;
  }

  private void service(HttpExchange exchange) throws IOException {
    String name = exchange.getRequestURI().getPath().substring(SERVICES.length());
    Map<String, Map<String, Map<String, Object>>> configuration =
        new Yaml().load(blind ? "http: {}" : Files.readString(file));
    Object service =
        configuration
            .getOrDefault("http", Map.of())
            .getOrDefault("services", Map.of())
            .get(name.replace("@file", ""));
    answer(
        exchange,
        service == null ? 404 : 200,
        service == null ? "{}" : new JsonMapper().writeValueAsString(service));
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
