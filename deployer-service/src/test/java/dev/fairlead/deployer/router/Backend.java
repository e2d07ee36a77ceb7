package dev.fairlead.deployer.router;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.fairlead.deployer.runtime.Address;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.events.Version;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real HTTP server that answers with its own name. {@code /slow} answers once it is told to,
 * {@code /broken} with 500, {@code /health} with what was set; {@code /events} never ends.
 */
public final class Backend implements AutoCloseable {

  private final String name;
  private final HttpServer server;
  private final CountDownLatch slow = new CountDownLatch(1);
  private final AtomicInteger slowRequests = new AtomicInteger();
  private volatile int health = 200;

  public Backend(String name) throws IOException {
    this.name = name;
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", exchange -> answer(exchange, 200));
    server.createContext("/broken", exchange -> answer(exchange, 500));
    server.createContext("/health", exchange -> answer(exchange, health));
    server.createContext("/slow", this::answerWhenTold);
    server.createContext("/events", Backend::tellEvents);
    server.start();
  }

  public RouteSpec.Backend of(String release, int weight) {
    return new RouteSpec.Backend(id(), address(), weight, new Version(release));
  }

  public InstanceId id() {
    return new InstanceId(name);
  }

  public Address address() {
    return new Address("127.0.0.1", server.getAddress().getPort());
  }

  public void healthAnswers(int status) {
    health = status;
  }

  public void finishSlowRequests() {
    slow.countDown();
  }

  /** How many have come and wait. */
  int slowRequests() {
    return slowRequests.get();
  }

  private void answerWhenTold(HttpExchange exchange) throws IOException {
    slowRequests.incrementAndGet();
    try {
      slow.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    answer(exchange, 200);
  }

  private static void tellEvents(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    try {
      while (true) {
        exchange.getResponseBody().write("data: x\n\n".getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
        Thread.sleep(50);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer(HttpExchange exchange, int status) throws IOException {
    byte[] body = name.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    slow.countDown();
    server.stop(0);
  }
}
