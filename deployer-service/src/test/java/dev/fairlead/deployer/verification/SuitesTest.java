package dev.fairlead.deployer.verification;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.fairlead.deployer.manifest.Verification.DatabaseAssertion;
import dev.fairlead.deployer.manifest.Verification.LoadCheck;
import dev.fairlead.deployer.manifest.Verification.LogScan;
import dev.fairlead.deployer.manifest.Verification.ResourceLimits;
import dev.fairlead.deployer.manifest.Verification.SecurityBaseline;
import dev.fairlead.deployer.migration.DatabaseAccess;
import dev.fairlead.deployer.runtime.Address;
import dev.fairlead.deployer.runtime.Usage;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The suites after a rollout")
class SuitesTest {

  private HttpServer server;
  private Address address;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    address = new Address("127.0.0.1", server.getAddress().getPort());
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @ParameterizedTest(name = "{0} = {1}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /status        | ok   |
          /items/0/price | 12   |
          /items         | *    |
          /status        | down | answered with field /status = 'ok', expected 'down'
          /items/1/price | *    | answered without the field /items/1/price
          /nothing       | *    | answered without the field /nothing
          """)
  @DisplayName("look into the fields of an answer")
  void fields(String pointer, String wanted, String fault) throws Exception {
    answering("/api", 200, "{\"status\":\"ok\",\"items\":[{\"price\":12}],\"nothing\":null}");

    Verdict verdict = contract(new AnswerShape(Map.of(), Map.of(pointer, wanted)));

    if (fault == null) {
      assertThat(verdict).isInstanceOf(Verdict.Passed.class);
    } else {
      assertThat(verdict).isInstanceOf(Verdict.Failed.class);
      assertThat(verdict.evidence()).contains(fault);
    }
  }

  @Test
  @DisplayName("look at the headers of an answer, and notice what is no JSON")
  void headers() throws Exception {
    answering("/api", 200, "<html>");

    assertThat(contract(new AnswerShape(Map.of("x-frame-options", "DENY"), Map.of())))
        .isInstanceOf(Verdict.Passed.class);
    assertThat(
            contract(new AnswerShape(Map.of("X-Frame-Options", "SAMEORIGIN"), Map.of())).evidence())
        .contains("answered with header X-Frame-Options: DENY, expected SAMEORIGIN");
    assertThat(contract(new AnswerShape(Map.of(), Map.of("/a", "*"))).evidence())
        .contains("answered no JSON");
  }

  @Test
  @DisplayName("find headers that are missing and doors that are open, all at once")
  void security() throws Exception {
    answering("/", 200, "welcome");
    answering("/admin", 200, "all secrets");
    answering("/api/orders", 401, "who are you?");
    SecurityVerification security = new SecurityVerification(Clock.systemUTC());

    Verdict verdict =
        security.verify(
            new SecurityBaseline(
                "/",
                Map.of("Content-Security-Policy", "*"),
                List.of("/admin", "/api/orders"),
                null),
            "orders.example.org",
            List.of(address));

    assertThat(verdict)
        .isEqualTo(
            new Verdict.Failed(
                "security: GET / answered without the header Content-Security-Policy,"
                    + " GET /admin answered 200 without credentials"));
    assertThat(
            security.verify(
                new SecurityBaseline(
                    "/", Map.of("X-Frame-Options", "*"), List.of("/api/orders"), null),
                "orders.example.org",
                List.of(address)))
        .isInstanceOf(Verdict.Passed.class);
    assertThat(
            security.verify(
                new SecurityBaseline("/", Map.of("X-Frame-Options", "*"), List.of(), null),
                "orders.example.org",
                List.of(new Address("127.0.0.1", Ports.free()))))
        .isInstanceOf(Verdict.Inconclusive.class);
  }

  @Test
  @DisplayName("bear the load of many users, or say what broke")
  void load() throws Exception {
    answering("/fast", 200, "ok");
    AtomicInteger count = new AtomicInteger();
    server.createContext(
        "/shaky",
        exchange -> {
          exchange.sendResponseHeaders(count.incrementAndGet() % 10 == 0 ? 500 : 200, -1);
          exchange.close();
        });
    LoadVerification load = new LoadVerification();

    assertThat(load.verify(users("/fast"), List.of(address))).isInstanceOf(Verdict.Passed.class);
    Verdict shaky = load.verify(users("/shaky"), List.of(address));
    assertThat(shaky).isInstanceOf(Verdict.Failed.class);
    assertThat(shaky.evidence()).contains("more errors than the allowed 1.00 %");
  }

  @Test
  @DisplayName("read slow answers and missing ones out of what the users saw")
  void loadVerdicts() {
    double[] slow = new double[200];
    java.util.Arrays.fill(slow, 20, 200, 900);

    assertThat(LoadVerification.verdict(users("/"), new LoadVerification.Visit(slow, 0)).evidence())
        .isEqualTo(
            "load: 20 users, 200 requests, 0.00 % errors, p95 900 ms in 1 s;"
                + " p95 above the allowed 800 ms");
    assertThat(LoadVerification.verdict(users("/"), new LoadVerification.Visit(new double[9], 0)))
        .isInstanceOf(Verdict.Inconclusive.class);
    assertThat(LoadVerification.verdict(users("/"), new LoadVerification.Visit(new double[0], 9)))
        .isInstanceOf(Verdict.Failed.class);
  }

  @Test
  @DisplayName("find lines of a fault in the logs, and tolerate as many as they are told to")
  void logs() {
    Map<String, List<String>> logs =
        Map.of("orders-1", List.of("INFO started", "ERROR no stock", "ERROR no stock"));

    assertThat(LogVerification.verify(new LogScan("\\bERROR\\b", 1), logs, Map.of()))
        .isEqualTo(
            new Verdict.Failed("logs: 2 line(s) of orders-1 match, the first: ERROR no stock"));
    assertThat(LogVerification.verify(new LogScan("\\bERROR\\b", 2), logs, Map.of()))
        .isInstanceOf(Verdict.Passed.class);
    assertThat(LogVerification.verify(new LogScan("ERROR", 0), Map.of(), Map.of()))
        .isInstanceOf(Verdict.Inconclusive.class);
  }

  @Test
  @DisplayName("call no log clean that was not read, and miss no fault in another's")
  void unreadLogs() {
    LogScan scan = new LogScan("ERROR", 0);
    Map<String, String> unread = Map.of("orders-2", "it is gone");

    assertThat(LogVerification.verify(scan, Map.of("orders-1", List.of()), Map.of()))
        .as("silence is golden")
        .isEqualTo(new Verdict.Passed("logs: 0 line(s) read, none too many match"));
    assertThat(LogVerification.verify(scan, Map.of("orders-1", List.of("INFO up")), unread))
        .isEqualTo(new Verdict.Inconclusive("logs: what orders-2 wrote was not read: it is gone"));
    assertThat(LogVerification.verify(scan, Map.of("orders-1", List.of("ERROR no stock")), unread))
        .isInstanceOf(Verdict.Failed.class);
  }

  @Test
  @DisplayName("measure memory and processors of each instance")
  void resources() {
    ResourceLimits limits = new ResourceLimits(100L << 20, 0.5, Duration.ofSeconds(5));
    Map<String, Usage> before = Map.of("a", new Usage(1, Duration.ofSeconds(10)));
    Usage modest = new Usage(100L << 20, Duration.ofSeconds(12));
    Usage greedy = new Usage(101L << 20, Duration.ofSeconds(14));

    assertThat(used(limits, List.of("a"), before, Map.of("a", modest, "other", greedy)))
        .isEqualTo(new Verdict.Passed("resources: a: 100 MB, 0.40 processors"));
    assertThat(used(limits, List.of("a", "b"), before, Map.of("a", modest)))
        .isEqualTo(
            new Verdict.Inconclusive("resources: the runtime does not say what these use: b"));
    assertThat(used(limits, List.of("a", "b"), before, Map.of("a", greedy)))
        .isEqualTo(
            new Verdict.Failed(
                "resources: a uses 101 MB, allowed are 100;"
                    + " a keeps 0.80 processors busy, allowed are 0.50"));
    assertThat(used(limits, List.of("a"), before, Map.of()))
        .isInstanceOf(Verdict.Inconclusive.class);
  }

  private static Verdict used(
      ResourceLimits limits,
      List<String> names,
      Map<String, Usage> before,
      Map<String, Usage> after) {
    return ResourceVerification.verify(limits, names, before, after, Duration.ofSeconds(5));
  }

  @Test
  @DisplayName("ask the database, which they cannot change, and blame no release for a dead server")
  void database() {
    Neighbours.require("postgres");
    Shared.Database database = Shared.freshDatabase("assertions");
    DatabaseAccess access =
        new DatabaseAccess(database.jdbcUrl(), database.user(), database::password);
    DatabaseAccess nobody =
        new DatabaseAccess(
            "jdbc:postgresql://127.0.0.1:%d/none".formatted(Ports.free()), "nobody", () -> "");

    assertThat(
            DatabaseIntegrity.verify(query("select count(*) from pg_tables where false"), access))
        .isEqualTo(new Verdict.Passed("sound: 0"));
    assertThat(DatabaseIntegrity.verify(query("select 7"), access))
        .isEqualTo(new Verdict.Failed("sound: found '7', expected '0'"));
    assertThat(DatabaseIntegrity.verify(query("select 0 where false"), access).evidence())
        .isEqualTo("sound: found 'no row', expected '0'");
    assertThat(DatabaseIntegrity.verify(query("select count(*) from missing"), access))
        .isInstanceOf(Verdict.Failed.class);
    assertThat(
            DatabaseIntegrity.verify(query("create table written as select 1 returning 0"), access))
        .isInstanceOf(Verdict.Failed.class);
    assertThat(DatabaseIntegrity.verify(query("select 0"), nobody))
        .isInstanceOf(Verdict.Inconclusive.class);
    Verdict slow = DatabaseIntegrity.verify(query("select count(*) - 1 from pg_sleep(30)"), access);
    assertThat(slow).isInstanceOf(Verdict.Inconclusive.class);
    assertThat(slow.evidence()).contains("statement timeout");
  }

  private static DatabaseAssertion query(String sql) {
    return new DatabaseAssertion("sound", "main", sql, "0", Duration.ofMillis(300));
  }

  private static LoadCheck users(String path) {
    return new LoadCheck(path, 20, Duration.ofSeconds(1), Duration.ofMillis(800), 0.01);
  }

  private Verdict contract(AnswerShape shape) throws InterruptedException {
    return new HttpVerification(Duration.ofMillis(1))
        .verify(
            new HttpCheck(
                "contract", "/api", 200, Optional.empty(), shape, Duration.ofSeconds(2), 1),
            List.of(address));
  }

  private void answering(String path, int status, String body) {
    server.createContext(
        path,
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("X-Frame-Options", "DENY");
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }
}
