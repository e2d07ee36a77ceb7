package dev.fairlead.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A proxy on free ports, applications behind it, and the words tests say to them. */
public final class Rig implements AutoCloseable {
  public static final String TOKEN = "a-token-for-tests-only";

  static {
    // Builds run on machines that are busy with other things.
    Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
  }

  /** Of visitors. */
  public final HttpClient http;

  private final Transport transport;
  private final HttpClient operator = Transport.HTTP_1.client();
  private final Map<String, String> environment = new HashMap<>();
  private final List<App> apps = new ArrayList<>();
  private EdgeProxy proxy;
  private final List<EdgeProxy> formers = new ArrayList<>();
  private long fence = 1;

  public Rig(Path folder, String... settings) throws IOException {
    this(Transport.HTTP_1, folder, settings);
  }

  public Rig(Transport transport, Path folder, String... settings) throws IOException {
    this.transport = transport;
    this.http = transport.client();
    environment.putAll(transport.settings(folder));
    environment.put("FAIRLEAD_EDGE_PORT", "0");
    environment.put("FAIRLEAD_EDGE_ADMIN_PORT", "0");
    environment.put("FAIRLEAD_EDGE_TOKEN", TOKEN);
    environment.put("FAIRLEAD_EDGE_STOP_SECONDS", "5");
    environment.put("FAIRLEAD_EDGE_STATE", folder.resolve("edge/routes.json").toString());
    for (String setting : settings) {
      String[] pair = setting.split("=", 2);
      environment.put("FAIRLEAD_EDGE_" + pair[0], pair[1]);
    }
    proxy = EdgeProxy.start(EdgeSettings.from(environment));
  }

  public void restart() throws IOException {
    proxy.close();
    proxy = EdgeProxy.start(EdgeSettings.from(environment));
  }

  /** Another proxy takes over; the one that ran is left to itself, and returned. */
  public EdgeProxy takeOver() throws IOException {
    Map<String, String> more = new HashMap<>(environment);
    more.put("FAIRLEAD_EDGE_TAKE_OVER", "true");
    EdgeProxy former = proxy;
    proxy = EdgeProxy.start(EdgeSettings.from(more));
    formers.add(former);
    return former;
  }

  public App app(String name) {
    App app = new App(name);
    apps.add(app);
    return app;
  }

  public URI traffic(String path) {
    return transport.uri("http", proxy.trafficPort(), proxy.securePort(), path);
  }

  public WebSocket webSocket(WebSocket.Listener listener) {
    URI uri = transport.uri("ws", proxy.trafficPort(), proxy.securePort(), "/socket");
    return http.newWebSocketBuilder().buildAsync(uri, listener).join();
  }

  /** Asks without waiting for the answer. */
  public CompletableFuture<HttpResponse<String>> ask(String path) {
    return http.sendAsync(HttpRequest.newBuilder(traffic(path)).build(), BodyHandlers.ofString());
  }

  /** Clients that keep asking the way this rig is reached. */
  Load load() {
    return new Load(transport, traffic("/"));
  }

  public int trafficPort() {
    return proxy.trafficPort();
  }

  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(HttpRequest.newBuilder(traffic(path)).build(), BodyHandlers.ofString());
  }

  /** Makes these the instances of route {@code orders}, each with weight 100. */
  public void route(App... instances) throws IOException, InterruptedException {
    route(definition(fence, "", Stream.of(instances).map(app -> instance(app, 100)).toList()));
  }

  public void route(String definition) throws IOException, InterruptedException {
    HttpResponse<String> answer = put("orders", definition);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  public static String definition(long fence, String more, List<String> instances) {
    return "{\"fence\":%d,\"match\":{\"pathPrefix\":\"/\"},%s\"instances\":[%s]}"
        .formatted(fence, more, instances.stream().collect(Collectors.joining(",")));
  }

  public static String instance(App app, int weight) {
    return "{\"id\":\"%s\",\"address\":\"%s\",\"weight\":%d,\"release\":\"%s\"}"
        .formatted(app.name, app.address(), weight, app.name);
  }

  public HttpResponse<String> put(String name, String body)
      throws IOException, InterruptedException {
    return admin("PUT", "/routes/" + name, body);
  }

  public HttpResponse<String> admin(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + proxy.adminPort() + path))
            .header("Authorization", "Bearer " + TOKEN)
            .timeout(Duration.ofSeconds(10))
            .method(method, BodyPublishers.ofString(body))
            .build();
    try {
      return operator.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      // a proxy that is taken over ends kept connections of its operators without an answer
      return operator.send(request, BodyHandlers.ofString());
    }
  }

  public JsonNode status() throws IOException, InterruptedException {
    return JsonMapper.builder().build().readTree(admin("GET", "/routes/orders", "").body());
  }

  public JsonNode status(App app) throws IOException, InterruptedException {
    for (JsonNode one : status().path("instances")) {
      if (one.path("id").asString("").equals(app.name)) {
        return one;
      }
    }
    return tools.jackson.databind.node.MissingNode.getInstance();
  }

  public int securePort() {
    return proxy.securePort();
  }

  public int adminPort() {
    return proxy.adminPort();
  }

  @Override
  public void close() {
    http.shutdownNow(); // else proxies wait for connections on which nothing more will be asked
    operator.shutdownNow();
    formers.forEach(EdgeProxy::close);
    proxy.close();
    apps.forEach(App::close);
  }
}
