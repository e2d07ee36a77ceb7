package dev.fairlead.health.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.fairlead.events.ApplicationEvent.HealthTarget;
import dev.fairlead.events.ProbeKind;
import dev.fairlead.events.SecretReference;
import dev.fairlead.events.Severity;
import dev.fairlead.events.TargetId;
import dev.fairlead.health.probe.Finding.Cause;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.testing.Shared;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Against real servers: that answer, refuse, hang and come back. */
class ProberTest {

  private static final SecretReference PASSWORD = new SecretReference("secret:env:PASSWORD");

  private String password = "";
  private final Pulse pulse = new Pulse();
  private final Sight sight = new Sight(pulse, new NameServers(), List.of());
  private final Prober prober = new Prober(this::secretOf, sight, Clock.systemUTC(), 200);

  @AfterEach
  void close() {
    prober.close();
    sight.close();
    pulse.close();
  }

  @Test
  @DisplayName("http: status, body and latency are judged; a redirect is an answer")
  void http() throws Exception {
    HttpServer server = httpServer(0);
    String at = "http://127.0.0.1:" + server.getAddress().getPort();
    assertThat(ask(http(at + "/health", null, null))).isEqualTo(Finding.up());
    assertThat(ask(http(at + "/health?deep=1", 200, "fine"))).isEqualTo(Finding.up());
    assertThat(ask(http(at + "/moved", 302, null))).isEqualTo(Finding.up());
    assertThat(ask(http(at + "/broken", null, null)))
        .isEqualTo(Finding.wrong(at + "/broken answered 500; expected 200"));
    assertThat(ask(http(at + "/health", 200, "perfect")))
        .isEqualTo(Finding.wrong(at + "/health answered 200 without 'perfect' in its body"));
    server.stop(0);
  }

  @Test
  @DisplayName("http: a name under .localhost is dialled at 127.0.0.1 and sent as the host")
  void namesUnderLocalhost() throws Exception {
    HttpServer server = httpServer(0);
    int port = server.getAddress().getPort();
    assertThat(
            ask(
                http(
                    "http://orders.staging.localhost:%d/host".formatted(port),
                    200,
                    "orders.staging.localhost:" + port)))
        .isEqualTo(Finding.up());
    server.stop(0);
  }

  @Test
  @DisplayName("http: a server that dies is down, one that hangs is down in time, and back is up")
  void httpDiesHangsComesBack() throws Exception {
    HttpServer server = httpServer(0);
    int port = server.getAddress().getPort();
    HealthTarget target = http("http://127.0.0.1:%d/health".formatted(port), null, null);
    assertThat(ask(target)).isEqualTo(Finding.up());
    server.stop(0);
    assertThat(ask(target))
        .isEqualTo(
            Finding.silent("http://127.0.0.1:%d/health: connection refused".formatted(port)));
    try (ServerSocket hanging = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
      long began = System.nanoTime();
      assertThat(ask(target)).isInstanceOf(Finding.Down.class);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
      assertThat(hanging.isBound()).isTrue();
    }
    HttpServer again = httpServer(port);
    assertThat(ask(target)).isEqualTo(Finding.up());
    again.stop(0);
  }

  @Test
  @DisplayName("http: a body that drips for ever ends at the deadline")
  void drippingBody() throws Exception {
    HttpServer server = httpServer(0);
    HealthTarget target =
        http("http://127.0.0.1:%d/drip".formatted(server.getAddress().getPort()), 200, "never");
    long began = System.nanoTime();
    assertThat(ask(target)).isInstanceOf(Finding.Down.class);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
    server.stop(0);
  }

  @Test
  @DisplayName("tcp: open is up, closed is down")
  void tcp() throws Exception {
    int port = Ports.free();
    HealthTarget target = target(ProbeKind.TCP, "127.0.0.1:" + port, 1_000);
    assertThat(ask(target))
        .isEqualTo(Finding.silent("127.0.0.1:%d: connection refused".formatted(port)));
    try (ServerSocket open = new ServerSocket(port)) {
      assertThat(ask(target)).isEqualTo(Finding.up());
      assertThat(open.isBound()).isTrue();
    }
  }

  @Test
  @DisplayName(
      "postgresql: query, wrong query, no row, no writing, wrong database, dead port, hang")
  void postgreSql() throws Exception {
    Shared.Database database = Shared.freshDatabase();
    String url = database.jdbcUrl();
    password = database.password();
    assertThat(ask(postgreSql(url, null))).isEqualTo(Finding.up());
    assertThat(ask(postgreSql(url, "SELECT 1 WHERE false")))
        .isEqualTo(Finding.wrong(url + ": the query gave no row"));
    assertThat(((Finding.Down) ask(postgreSql(url, "SELECT * FROM nowhere"))).reason())
        .contains("nowhere")
        .contains("SQL state 42P01");
    assertThat(((Finding.Down) ask(postgreSql(url, "CREATE TABLE mine ()"))).reason())
        .contains("read-only");
    assertThat(((Finding.Down) ask(postgreSql(url + "_missing", null))).cause())
        .isEqualTo(Cause.ANSWER);
    int port = Ports.free();
    String dead = "jdbc:postgresql://127.0.0.1:%d/orders".formatted(port);
    assertThat(ask(postgreSql(dead, null)))
        .isEqualTo(Finding.silent(dead + ": connection refused"));
    try (ServerSocket hanging = new ServerSocket(port)) {
      long began = System.nanoTime();
      assertThat(ask(postgreSql(dead, null))).isInstanceOf(Finding.Down.class);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
      assertThat(hanging.isBound()).isTrue();
    }
  }

  @Test
  @DisplayName(
      "postgresql: a password that cannot be found is the prober's fault, not the target's")
  void passwordNotFound() throws Exception {
    HealthTarget target =
        new HealthTarget(
            new TargetId("orders/test/db"),
            ProbeKind.POSTGRESQL,
            "jdbc:postgresql://127.0.0.1:1/x",
            5,
            1_000,
            null,
            null,
            null,
            "orders",
            new SecretReference("secret:env:NOWHERE"),
            Severity.CRITICAL,
            3,
            120,
            2);
    assertThat(ask(target))
        .isEqualTo(new Finding.Unclear("the password of orders: secret:env:NOWHERE is not set"));
  }

  @Test
  @DisplayName("a name that the name server denies is down; with no name server it is unclear")
  void names() throws Exception {
    HealthTarget target = http("http://orders.invalid/health", null, null);
    try (var blind = new Sight(pulse, silentNameServer(), List.of());
        var other = new Prober(_ -> "", blind, Clock.systemUTC(), 10)) {
      assertThat(other.probe(target).finding())
          .isInstanceOf(Finding.Unclear.class)
          .extracting(finding -> ((Finding.Unclear) finding).reason())
          .asString()
          .startsWith("no name server answers this prober");
    }
  }

  @Test
  @DisplayName("a process that stalled does not call its target down")
  void stalled() {
    Finding.Down failure = (Finding.Down) Finding.silent("no answer within 1000 ms");
    pulse.close();
    long began = System.nanoTime();
    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(
            () ->
                assertThat(sight.impairment(failure, "127.0.0.1:1", began))
                    .get()
                    .asString()
                    .startsWith("this prober stalled for"));
    Finding.Down answered = (Finding.Down) Finding.wrong("answered 500");
    assertThat(sight.impairment(answered, "127.0.0.1:1", began)).isEmpty();
  }

  @Test
  @DisplayName("anchors that are all silent mean that our own network is at fault")
  void anchors() throws Exception {
    Finding.Down failure = (Finding.Down) Finding.silent("refused");
    var nobody = InetSocketAddress.createUnresolved("127.0.0.1", Ports.free());
    try (var lost = new Sight(pulse, new NameServers(), List.of(nobody))) {
      assertThat(lost.impairment(failure, "http://192.0.2.1/health", System.nanoTime()))
          .isPresent();
      assertThat(lost.impairment(failure, "http://127.0.0.1/health", System.nanoTime()))
          .as("on this machine no network is needed")
          .isEmpty();
    }
  }

  @Test
  @DisplayName("a hundred hung targets do not delay another one")
  void hungTargetsDelayNobody() throws Exception {
    HttpServer server = httpServer(0);
    HealthTarget good =
        http("http://127.0.0.1:%d/health".formatted(server.getAddress().getPort()), null, null);
    try (ServerSocket hanging = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      HealthTarget hung =
          http("http://127.0.0.1:%d/".formatted(hanging.getLocalPort()), null, null);
      AtomicInteger done = new AtomicInteger();
      for (int i = 0; i < 100; i++) {
        threads.submit(
            () -> {
              assertThat(prober.probe(hung).finding()).isNotEqualTo(Finding.up());
              return done.incrementAndGet();
            });
      }
      for (int i = 0; i < 20; i++) {
        ProbeResult result = prober.probe(good);
        assertThat(result.finding()).isEqualTo(Finding.up());
        assertThat(result.latency()).isLessThan(Duration.ofMillis(900));
      }
      await().atMost(Duration.ofSeconds(10)).untilAtomic(done, org.hamcrest.Matchers.is(100));
    }
    server.stop(0);
  }

  @Test
  @DisplayName("too many probes at once are the prober's own overload")
  void overload() throws Exception {
    try (var one = new Prober(_ -> "", sight, Clock.systemUTC(), 1);
        ServerSocket hanging = new ServerSocket(0);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      HealthTarget hung =
          http("http://127.0.0.1:%d/".formatted(hanging.getLocalPort()), null, null);
      List<Finding> findings = new ArrayList<>();
      var first = threads.submit(() -> one.probe(hung));
      try (Socket connected = hanging.accept()) {
        findings.add(one.probe(hung).finding());
        assertThat(connected.isConnected()).isTrue();
      }
      first.get();
      assertThat(findings)
          .containsExactly(new Finding.Unclear("this prober has 1 probes under way"));
    }
  }

  private Finding ask(HealthTarget target) throws InterruptedException {
    return prober.probe(target).finding();
  }

  private String secretOf(SecretReference reference) {
    if (reference.equals(PASSWORD)) {
      return password;
    }
    throw new IllegalStateException(reference + " is not set");
  }

  private static NameServers silentNameServer() throws IOException {
    var configuration = java.nio.file.Files.createTempFile("resolv", ".conf");
    java.nio.file.Files.writeString(configuration, "# test\nnameserver 127.0.0.1\n");
    return new NameServers(configuration, Ports.free(), Duration.ofMillis(200));
  }

  private static HttpServer httpServer(int port) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/health", exchange -> respond(exchange, 200, "all is fine"));
    server.createContext("/broken", exchange -> respond(exchange, 500, "sorry"));
    server.createContext(
        "/host", exchange -> respond(exchange, 200, exchange.getRequestHeaders().getFirst("Host")));
    server.createContext(
        "/moved",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/health");
          respond(exchange, 302, "");
        });
    server.createContext(
        "/drip",
        exchange -> {
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
        });
    server.start();
    return server;
  }

  private static void respond(com.sun.net.httpserver.HttpExchange exchange, int status, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static HealthTarget http(String url, @Nullable Integer status, @Nullable String body) {
    return new HealthTarget(
        new TargetId("orders/test/http"),
        ProbeKind.HTTP,
        url,
        5,
        1_000,
        status,
        body,
        null,
        null,
        null,
        Severity.CRITICAL,
        3,
        120,
        2);
  }

  private static HealthTarget postgreSql(String url, @Nullable String query) {
    return new HealthTarget(
        new TargetId("orders/test/db"),
        ProbeKind.POSTGRESQL,
        url,
        5,
        2_000,
        null,
        null,
        query,
        "fairlead",
        PASSWORD,
        Severity.CRITICAL,
        3,
        120,
        2);
  }

  private static HealthTarget target(ProbeKind probe, String address, long timeoutMillis) {
    return new HealthTarget(
        new TargetId("orders/test/x"),
        probe,
        address,
        5,
        timeoutMillis,
        null,
        null,
        null,
        null,
        null,
        Severity.CRITICAL,
        3,
        120,
        2);
  }
}
