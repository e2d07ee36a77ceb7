package dev.fairlead.deployer.router;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A router, two applications behind it, and visitors: the grammar of the conformance tests. */
interface RouterScene {

  String ROUTE = "orders-staging";
  String HOST = "orders.staging.localhost";
  Duration SHORT = Duration.ofMillis(300);
  HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  Router router();

  /** Another deployer's view of the same router: it knows only what was written down. */
  Router anotherDeployer() throws Exception;

  /** Ends the router without a warning and starts it again. */
  void crashRouter() throws Exception;

  /** Where traffic goes in. */
  URI traffic();

  /**
   * Whether WebSockets and event streams of an instance that leaves are ended over the drain; with
   * the others they go on until the instance is stopped.
   */
  boolean endsLongConnections();

  Backend old();

  Backend fresh();

  default RouteSpec route(RouteSpec.Backend... backends) {
    return new RouteSpec(
        ROUTE, new RouteSpec.Match(HOST, "/"), List.of(backends), Optional.empty());
  }

  default RouteSpec gated(RouteSpec.Backend... backends) {
    RouteSpec route = route(backends);
    return new RouteSpec(
        route.name(),
        route.match(),
        route.backends(),
        Optional.of(new RouteSpec.HealthGate("/health", Duration.ofSeconds(1))));
  }

  default RouteState.Figures figures(Backend backend) throws InterruptedException {
    return reported(backend).figures();
  }

  default RouteState.Backend reported(Backend backend) throws InterruptedException {
    return router().observe(ROUTE).orElseThrow().backends().stream()
        .filter(one -> one.instance().equals(backend.id()))
        .findFirst()
        .orElseThrow();
  }

  default HttpResponse<String> get(String path) throws Exception {
    return HTTP.send(request(path), BodyHandlers.ofString());
  }

  default HttpResponse<String> get(String path, @Nullable String cookie) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(request(path), (name, value) -> true)
            .header("Cookie", Objects.requireNonNull(cookie))
            .build();
    return HTTP.send(request, BodyHandlers.ofString());
  }

  /** A request whose answer is not waited for. */
  default CompletableFuture<HttpResponse<String>> begin(String path) {
    return HTTP.sendAsync(request(path), BodyHandlers.ofString());
  }

  default String body(String path) {
    try {
      return get(path).body();
    } catch (Exception e) {
      return e.toString();
    }
  }

  default String cookie(HttpResponse<String> answer) {
    return answer.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
  }

  /** Names that end in localhost need not resolve everywhere, so the address is given apart. */
  default HttpRequest request(String path) {
    return HttpRequest.newBuilder(traffic().resolve(path))
        .header("Host", HOST)
        .timeout(Duration.ofSeconds(30))
        .build();
  }
}
