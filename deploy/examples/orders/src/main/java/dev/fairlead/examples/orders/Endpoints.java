package dev.fairlead.examples.orders;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.fairlead.examples.orders.Orders.Order;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** {@code /health}, {@code /version}, {@code /orders} and {@code /slow?millis=}. */
final class Endpoints implements HttpHandler {

  private static final Pattern ITEM =
      Pattern.compile("\\{\\s*\"item\"\\s*:\\s*\"([^\"\\\\\\p{Cntrl}]{1,200})\"\\s*}");
  private static final Pattern MILLIS = Pattern.compile("millis=([0-9]{1,5})");
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final int LARGEST_BODY = 4096;

  private final Behaviour behaviour;
  private final Orders orders;
  private final AtomicLong served = new AtomicLong();

  Endpoints(Behaviour behaviour, Orders orders) {
    this.behaviour = behaviour;
    this.orders = orders;
  }

  private record Answer(int status, String json) {}

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer = answer(exchange);
      byte[] body = answer.json().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.getResponseHeaders().set("X-Orders-Version", behaviour.version());
      exchange.sendResponseHeaders(answer.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private Answer answer(HttpExchange exchange) throws IOException {
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
    try {
      return switch (request) {
        case "GET /health" -> health();
        case "GET /version" -> new Answer(200, json("version", behaviour.version()));
        case "GET /slow" -> slow(exchange.getRequestURI());
        case "GET /orders" -> broken() ? failure() : list();
        case "POST /orders" -> broken() ? failure() : place(body(exchange));
        default -> new Answer(404, json("error", "there is no " + request));
      };
    } catch (SQLException e) {
      System.err.println("error: " + request + " failed: " + e.getMessage());
      return new Answer(500, json("error", "the database did not do it"));
    }
  }

  private boolean broken() {
    return behaviour.fails(served.incrementAndGet());
  }

  private Answer failure() {
    System.err.println("error: an order could not be served");
    return new Answer(500, json("error", "version %s is bad".formatted(behaviour.version())));
  }

  private Answer health() {
    return orders.reachable()
        ? new Answer(200, json("status", "ok"))
        : new Answer(503, json("status", "the database is away"));
  }

  private Answer list() throws SQLException {
    return new Answer(
        200, orders.newest().stream().map(this::json).collect(Collectors.joining(",", "[", "]")));
  }

  private Answer place(String body) throws SQLException {
    Matcher item = ITEM.matcher(body.strip());
    return item.matches()
        ? new Answer(201, json(orders.place(item.group(1))))
        : new Answer(400, json("error", "expected {'item':'up to 200 plain characters'}"));
  }

  private static Answer slow(URI uri) {
    Matcher millis = MILLIS.matcher(uri.getQuery() == null ? "" : uri.getQuery());
    Duration pause = Duration.ofMillis(millis.matches() ? Long.parseLong(millis.group(1)) : 1000);
    try {
      Thread.sleep(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return new Answer(200, json("slept", pause.toString()));
  }

  private static String body(HttpExchange exchange) throws IOException {
    byte[] bytes = exchange.getRequestBody().readNBytes(LARGEST_BODY);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private String json(Order order) {
    return "{\"id\":%d,\"item\":\"%s\"}".formatted(order.id(), order.item());
  }

  private static String json(String name, String value) {
    return "{\"%s\":\"%s\"}".formatted(name, value);
  }
}
