package dev.fairlead.deployer.verification;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.fairlead.deployer.runtime.Address;
import dev.fairlead.stack.Ports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Verification by requests")
class HttpVerificationTest {

  private final List<HttpServer> servers = new ArrayList<>();
  private final HttpVerification verification = new HttpVerification(Duration.ofMillis(10));

  @AfterEach
  void stop() {
    servers.forEach(server -> server.stop(0));
  }

  @Test
  @DisplayName("passes when every instance answers as described")
  void passes() throws Exception {
    Verdict verdict =
        verification.verify(
            check(5), List.of(answering(0, "version 2"), answering(0, "version 2")));

    assertThat(verdict).isInstanceOf(Verdict.Passed.class);
    assertThat(verdict.evidence())
        .startsWith("version: 2 of 2 instances answered GET /version with 200, the slowest in ");
  }

  @Test
  @DisplayName("forgives four bad answers, but not five")
  void tries() throws Exception {
    assertThat(verification.verify(check(5), List.of(answering(4, "version 2"))))
        .isInstanceOf(Verdict.Passed.class);
    Verdict verdict = verification.verify(check(5), List.of(answering(5, "version 2")));

    assertThat(verdict).isInstanceOf(Verdict.Failed.class);
    assertThat(verdict.evidence()).endsWith("/version answered 503, expected 200 (5 tries)");
  }

  @Test
  @DisplayName("fails when one instance of several answers wrongly")
  void oneWrong() throws Exception {
    Verdict verdict =
        verification.verify(
            check(2), List.of(answering(0, "version 2"), answering(0, "version 1")));

    assertThat(verdict).isInstanceOf(Verdict.Failed.class);
    assertThat(verdict.evidence()).contains("answered without the expected text 'version 2'");
  }

  @Test
  @DisplayName("fails when the answer comes too late, also when only its body does")
  void late() throws Exception {
    HttpServer server = server();
    server.createContext(
        "/version",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write('v');
          exchange.getResponseBody().flush();
        });

    Verdict verdict = verification.verify(check(1), List.of(address(server)));

    assertThat(verdict).isInstanceOf(Verdict.Failed.class);
    assertThat(verdict.evidence()).contains("no complete answer within 500 ms");
  }

  @Test
  @DisplayName("fails when nobody listens")
  void nobody() throws Exception {
    Verdict verdict =
        verification.verify(check(2), List.of(new Address("127.0.0.1", Ports.free())));

    assertThat(verdict).isInstanceOf(Verdict.Failed.class);
    assertThat(verdict.evidence()).contains("failed: connection refused (2 tries)");
  }

  @Test
  @DisplayName("has no opinion when there is nobody to ask")
  void none() throws Exception {
    assertThat(verification.verify(check(5), List.of())).isInstanceOf(Verdict.Inconclusive.class);
  }

  private static HttpCheck check(int tries) {
    return new HttpCheck(
        "version",
        "/version",
        200,
        Optional.of("version 2"),
        AnswerShape.ANY,
        Duration.ofMillis(500),
        tries);
  }

  private Address answering(int failures, String body) throws IOException {
    AtomicInteger left = new AtomicInteger(failures);
    HttpServer server = server();
    server.createContext(
        "/version",
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(left.getAndDecrement() > 0 ? 503 : 200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    return address(server);
  }

  private HttpServer server() throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    servers.add(server);
    return server;
  }

  private static Address address(HttpServer server) {
    return new Address("127.0.0.1", server.getAddress().getPort());
  }
}
