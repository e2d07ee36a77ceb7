package dev.fairlead.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The demo's traffic")
class TrafficTest {

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 abc nonsense\r\n\r\n",
        "HTTP/1.1 20",
        "nonsense",
        "HTTP/1.1 200 OK\r\nX-Orders-Version: 1\r\nContent-Length: 9\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        "",
      })
  @DisplayName("counts what is no whole answer of the application as lost, whatever it is")
  void lost(String answer) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 64, LOOPBACK);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      threads.execute(() -> answerAll(server, answer));
      Traffic traffic = new Traffic(address(server.getLocalPort()), "orders.test");
      try (traffic) {
        traffic.start(200);
        // not so many connections: HttpClient asks once more where one ends without a word
        await().atMost(Duration.ofSeconds(30)).until(() -> traffic.tally().lost() > 40);
      }
      server.close();

      Tally tally = traffic.tally();
      assertThat(tally.answered()).isEmpty();
      assertThat(tally.lost()).as(tally.summary()).isGreaterThan(40).isEqualTo(tally.sent());
      assertThat(tally.firstLoss()).startsWith("request ");
    }
  }

  private static void answerAll(ServerSocket server, String answer) {
    while (!server.isClosed()) {
      try (Socket client = server.accept()) {
        client.getInputStream().read();
        client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
      } catch (IOException _) {
        // the client has left, or the server is closed
      }
    }
  }

  @Test
  @DisplayName("is settled only when what was under way has its answer")
  void settled() throws Exception {
    CountDownLatch hold = new CountDownLatch(1);
    AtomicInteger held = new AtomicInteger();
    HttpServer server = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 64);
    server.createContext(
        "/",
        exchange -> {
          held.incrementAndGet();
          awaitRelease(hold);
          answer(exchange);
        });
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      server.setExecutor(threads);
      server.start();
      Traffic traffic = new Traffic(address(server.getAddress().getPort()), "orders.test");
      try (traffic) {
        traffic.start(100);
        await().atMost(Duration.ofSeconds(30)).until(() -> held.get() >= 20);
        assertThat(traffic.tally().sent()).isZero();

        hold.countDown();
        assertThat(traffic.settled().answeredBy("7")).isGreaterThanOrEqualTo(20);
      }
      assertThat(traffic.tally().lost()).as(traffic.tally().summary()).isZero();
    } finally {
      server.stop(0);
    }
  }

  private static void answer(HttpExchange exchange) {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      exchange.getResponseHeaders().set("X-Orders-Version", "7");
      exchange.sendResponseHeaders(200, 2);
      exchange.getResponseBody().write("{}".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitRelease(CountDownLatch hold) {
    try {
      hold.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static URI address(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }
}
