package dev.fairlead.deployer.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.deployer.router.RouteState.Traffic;
import dev.fairlead.deployer.runtime.Reachability;
import dev.fairlead.deployer.runtime.StaleFence;
import dev.fairlead.events.Version;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every router promises, run against each of them. */
abstract class RouterConformance {

  static final String ROUTE = "orders-staging";
  private static final String HOST = "orders.staging.localhost";
  private static final Duration SHORT = Duration.ofMillis(300);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  final Backend old;
  final Backend fresh;
  Router router = unset();

  RouterConformance() throws IOException {
    old = new Backend("old");
    fresh = new Backend("fresh");
  }

  abstract Router startRouter() throws Exception;

  /** Another deployer's view of the same router: it knows only what was written down. */
  abstract Router anotherDeployer() throws Exception;

  /** Ends the router without a warning and starts it again. */
  abstract void crashRouter() throws Exception;

  /** Where traffic goes in. */
  abstract URI traffic();

  /** The JDK's client forbids to set it otherwise. */
  @BeforeAll
  static void allowHostHeader() {
    System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
  }

  @BeforeEach
  void start() throws Exception {
    router = startRouter();
  }

  @AfterEach
  void closeBackends() {
    old.close();
    fresh.close();
  }

  @Test
  @DisplayName("can be reached, and says what it is")
  void reachable() {
    assertThat(router.reachability()).isInstanceOf(Reachability.Reachable.class);
  }

  @Test
  @DisplayName("sends requests where it was told to, and reports it")
  void applies() throws Exception {
    RouteState state = router.apply(route(old.of("1", 100)), 5);

    assertThat(state.fence()).isEqualTo(5);
    assertThat(state.held()).isFalse();
    assertThat(state.serving())
        .singleElement()
        .satisfies(
            backend -> {
              assertThat(backend.instance()).isEqualTo(old.id());
              assertThat(backend.address()).isEqualTo(old.address());
              assertThat(backend.release()).isEqualTo(new Version("1"));
              assertThat(backend.weight()).isEqualTo(100);
            });
    assertThat(get("/").body()).isEqualTo("old");
    assertThat(router.observe(ROUTE).orElseThrow().match()).isEqualTo(route().match());
  }

  @Test
  @DisplayName("moves all traffic at once, and may be told so twice")
  void switches() throws Exception {
    router.apply(route(old.of("1", 100)), 5);

    router.apply(route(fresh.of("2", 100)), 6);
    router.apply(route(fresh.of("2", 100)), 6);

    for (int i = 0; i < 20; i++) {
      assertThat(get("/").body()).isEqualTo("fresh");
    }
  }

  @Test
  @DisplayName("splits traffic by weight")
  void weights() throws Exception {
    router.apply(route(old.of("1", 90), fresh.of("2", 10)), 5);

    Map<String, Integer> answers = new TreeMap<>();
    for (int i = 0; i < 500; i++) {
      answers.merge(get("/").body(), 1, Integer::sum);
    }

    assertThat(answers.getOrDefault("fresh", 0)).isBetween(15, 100);
    assertThat(answers.getOrDefault("old", 0)).isBetween(400, 485);
  }

  @Test
  @DisplayName("gives no new request to a backend of weight 0")
  void weightless() throws Exception {
    router.apply(route(old.of("1", 100), fresh.of("2", 0)), 5);

    for (int i = 0; i < 20; i++) {
      assertThat(get("/").body()).isEqualTo("old");
    }
  }

  @Test
  @DisplayName("refuses a new backend that is not healthy, and keeps serving as before")
  void unhealthy() throws Exception {
    router.apply(route(old.of("1", 100)), 5);
    fresh.healthAnswers(503);

    assertThatThrownBy(() -> router.apply(gated(fresh.of("2", 100)), 6))
        .isInstanceOf(RouteRefused.class)
        .hasMessageContaining("keeps serving as before")
        .hasMessageContaining("fresh");

    assertThat(get("/").body()).isEqualTo("old");
    fresh.healthAnswers(200);
    router.apply(gated(fresh.of("2", 100)), 6);
    assertThat(get("/").body()).isEqualTo("fresh");
  }

  @Test
  @DisplayName("refuses every command of a deployer that was replaced")
  void fenced() throws Exception {
    router.apply(route(old.of("1", 100)), 5);

    assertThatThrownBy(() -> router.apply(route(fresh.of("2", 100)), 4))
        .isInstanceOf(StaleFence.class)
        .hasMessageContaining("token 5 has taken over");
    assertThatThrownBy(() -> router.hold(ROUTE, SHORT, 4)).isInstanceOf(StaleFence.class);
    assertThatThrownBy(() -> router.release(ROUTE, 4)).isInstanceOf(StaleFence.class);
    assertThatThrownBy(() -> router.remove(ROUTE, 4)).isInstanceOf(StaleFence.class);
    assertThat(get("/").body()).isEqualTo("old");
  }

  @Test
  @DisplayName("refuses to take a host from another route")
  void hostTaken() throws Exception {
    router.apply(route(old.of("1", 100)), 5);
    RouteSpec thief =
        new RouteSpec(
            "other-staging", route().match(), List.of(fresh.of("2", 100)), Optional.empty());

    assertThatThrownBy(() -> router.apply(thief, 5)).isInstanceOf(RouteRefused.class);
    assertThat(get("/").body()).isEqualTo("old");
  }

  @Test
  @DisplayName("lets requests in flight finish, and tells when the last one has")
  void drains() throws Exception {
    router.apply(route(old.of("1", 100)), 5);
    CompletableFuture<HttpResponse<String>> slow =
        http.sendAsync(request("/slow"), BodyHandlers.ofString());
    await().untilAsserted(() -> assertThat(figures(old).inFlight()).isEqualTo(1));
    router.apply(route(fresh.of("2", 100)), 6);

    assertThat(router.drain(ROUTE, List.of(old.id()), SHORT))
        .isEqualTo(new Drain.StillInFlight(Map.of(old.id(), 1)));
    assertThat(traffic(old)).isEqualTo(Traffic.DRAINING);
    old.finishSlowRequests();

    assertThat(router.drain(ROUTE, List.of(old.id()), Duration.ofSeconds(10)))
        .isEqualTo(new Drain.Drained());
    assertThat(slow.join().body()).isEqualTo("old");
  }

  @Test
  @DisplayName("drains at once what was never there")
  void drainsNothing() throws Exception {
    router.apply(route(old.of("1", 100)), 5);

    assertThat(router.drain(ROUTE, List.of(fresh.id()), SHORT)).isEqualTo(new Drain.Drained());
    assertThat(router.drain("no-route", List.of(old.id()), SHORT)).isEqualTo(new Drain.Drained());
    assertThatThrownBy(() -> router.drain(ROUTE, List.of(old.id()), SHORT))
        .hasMessageContaining("take it off the route before draining it");
  }

  @Test
  @DisplayName("counts requests, errors and latency of each backend")
  void counts() throws Exception {
    router.apply(route(old.of("1", 100)), 5);

    for (int i = 0; i < 30; i++) {
      get(i % 3 == 0 ? "/broken" : "/");
    }

    await().untilAsserted(() -> assertThat(figures(old).requests()).isEqualTo(30));
    RouteState.Figures figures = figures(old);
    assertThat(figures.errors()).isEqualTo(10);
    if (!router.capabilities().contains(Capability.LATENCIES)) {
      assertThat(figures.latencies()).isEqualTo(Latencies.NONE);
      return;
    }
    assertThat(figures.latencies().total()).isEqualTo(30);
    assertThat(figures.latencies().percentile(0.5))
        .isPositive()
        .isLessThanOrEqualTo(figures.latencies().percentile(0.95));
  }

  @Test
  @DisplayName("holds requests back and lets them go, losing none")
  void holds() throws Exception {
    router.apply(route(old.of("1", 100)), 5);
    if (!router.capabilities().contains(Capability.HOLD)) {
      assertThatThrownBy(() -> router.hold(ROUTE, SHORT, 5))
          .isInstanceOf(RouteRefused.class)
          .hasMessageContaining("router: edge");
      return;
    }
    router.hold(ROUTE, Duration.ofSeconds(20), 5);
    assertThat(router.observe(ROUTE).orElseThrow().held()).isTrue();

    CompletableFuture<HttpResponse<String>> held =
        http.sendAsync(request("/"), BodyHandlers.ofString());
    await().during(SHORT).until(() -> !held.isDone());
    router.release(ROUTE, 5);

    assertThat(held.join().body()).isEqualTo("old");
  }

  @Test
  @DisplayName("never goes back to the old set once the new one has answered")
  void switchesOnce() throws Exception {
    router.apply(route(old.of("1", 100)), 5);
    AtomicBoolean asking = new AtomicBoolean(true);
    List<String> answers = Collections.synchronizedList(new ArrayList<>());
    Thread visitor =
        Thread.startVirtualThread(
            () -> {
              while (asking.get()) {
                answers.add(body("/"));
              }
            });
    await().until(() -> answers.size() > 20);

    router.apply(route(fresh.of("2", 100)), 6);
    await().until(() -> answers.getLast().equals("fresh"));
    asking.set(false);
    visitor.join();

    assertThat(answers).containsOnly("old", "fresh");
    if (router.capabilities().contains(Capability.SWITCHES_AT_ONCE)) {
      assertThat(answers.lastIndexOf("old")).isLessThan(answers.indexOf("fresh"));
    }
  }

  @Test
  @DisplayName("keeps a visitor on the release of the first answer")
  void sticky() throws Exception {
    router.apply(route(old.of("1", 50), fresh.of("2", 50)).withStickyCookie("canary"), 5);
    Map<String, String> releaseOf = new TreeMap<>();
    for (int i = 0; i < 100 && releaseOf.size() < 2; i++) {
      HttpResponse<String> first = get("/");
      releaseOf.put(first.body(), cookie(first));
    }

    assertThat(releaseOf).containsOnlyKeys("old", "fresh");
    for (int i = 0; i < 20; i++) {
      assertThat(get("/", releaseOf.get("old")).body()).isEqualTo("old");
      assertThat(get("/", releaseOf.get("fresh")).body()).isEqualTo("fresh");
    }
    router.apply(route(old.of("1", 100)).withStickyCookie("canary"), 6);
    assertThat(get("/", releaseOf.get("fresh")).body()).isEqualTo("old");
  }

  @Test
  @DisplayName("changes one route and leaves the others alone")
  void otherRoutes() throws Exception {
    router.apply(route(old.of("1", 100)), 5);
    RouteSpec api =
        new RouteSpec(
            "api-staging",
            new RouteSpec.Match(HOST, "/api"),
            List.of(fresh.of("7", 100)),
            Optional.empty());

    router.apply(api, 3);
    assertThat(get("/api/orders").body()).isEqualTo("fresh");
    assertThat(get("/api").body()).isEqualTo("fresh");
    assertThat(get("/apix").body()).isEqualTo("old");
    router.remove("api-staging", 3);

    assertThat(get("/api/orders").body()).isEqualTo("old");
    assertThat(router.observe(ROUTE).orElseThrow().fence()).isEqualTo(5);
  }

  @Test
  @DisplayName("is known to another deployer, and refuses it an older fence")
  void anotherDeployerTakesOver() throws Exception {
    router.apply(route(old.of("1", 90), fresh.of("2", 10)), 5);

    Router other = anotherDeployer();

    assertThat(other.observe(ROUTE).orElseThrow().backends())
        .extracting(backend -> backend.instance() + " " + backend.weight())
        .containsExactlyInAnyOrder("old 90", "fresh 10");
    assertThatThrownBy(() -> other.apply(route(fresh.of("2", 100)), 4))
        .isInstanceOf(StaleFence.class);
    other.apply(route(fresh.of("2", 100)), 6);
    assertThatThrownBy(() -> router.apply(route(old.of("1", 100)), 5))
        .isInstanceOf(StaleFence.class);
    assertThat(get("/").body()).isEqualTo("fresh");
  }

  @Test
  @DisplayName("has its routes again after kill -9 of the router")
  void survivesCrash() throws Exception {
    router.apply(route(old.of("1", 100)), 5);
    router.apply(route(fresh.of("2", 100)), 6);

    crashRouter();

    assertThat(router.observe(ROUTE).orElseThrow().serving())
        .extracting(RouteState.Backend::instance)
        .containsExactly(fresh.id());
    assertThat(get("/").body()).isEqualTo("fresh");
    assertThatThrownBy(() -> router.apply(route(old.of("1", 100)), 5))
        .isInstanceOf(StaleFence.class);
  }

  @Test
  @DisplayName("removes a route, once or twice")
  void removes() throws Exception {
    router.apply(route(old.of("1", 100)), 5);

    router.remove(ROUTE, 5);
    router.remove(ROUTE, 5);

    assertThat(router.observe(ROUTE)).isEmpty();
    assertThat(get("/").statusCode()).isGreaterThanOrEqualTo(400);
  }

  /** For routers that all tests of a class share. */
  final void removeRoutes() throws InterruptedException {
    for (String route : List.of(ROUTE, "api-staging")) {
      router.remove(route, Long.MAX_VALUE);
    }
  }

  final RouteSpec route(RouteSpec.Backend... backends) {
    return new RouteSpec(
        ROUTE, new RouteSpec.Match(HOST, "/"), List.of(backends), Optional.empty());
  }

  private RouteSpec gated(RouteSpec.Backend... backends) {
    RouteSpec route = route(backends);
    return new RouteSpec(
        route.name(),
        route.match(),
        route.backends(),
        Optional.of(new RouteSpec.HealthGate("/health", Duration.ofSeconds(1))));
  }

  private RouteState.Figures figures(Backend backend) throws InterruptedException {
    return reported(backend).figures();
  }

  private Traffic traffic(Backend backend) throws InterruptedException {
    return reported(backend).traffic();
  }

  private RouteState.Backend reported(Backend backend) throws InterruptedException {
    return router.observe(ROUTE).orElseThrow().backends().stream()
        .filter(one -> one.instance().equals(backend.id()))
        .findFirst()
        .orElseThrow();
  }

  final HttpResponse<String> get(String path) throws Exception {
    return http.send(request(path), BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path, @Nullable String cookie) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(request(path), (name, value) -> true)
            .header("Cookie", Objects.requireNonNull(cookie))
            .build();
    return http.send(request, BodyHandlers.ofString());
  }

  private String body(String path) {
    try {
      return get(path).body();
    } catch (Exception e) {
      return e.toString();
    }
  }

  private static String cookie(HttpResponse<String> answer) {
    return answer.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
  }

  /** Names that end in localhost need not resolve everywhere, so the address is given apart. */
  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(traffic().resolve(path))
        .header("Host", HOST)
        .timeout(Duration.ofSeconds(30))
        .build();
  }

  @SuppressWarnings("NullAway") // set before each test
  private static Router unset() {
    return null;
  }
}
