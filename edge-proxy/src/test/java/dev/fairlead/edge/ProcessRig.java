package dev.fairlead.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Proxies as processes of their own, and the words tests say to the one that serves. */
final class ProcessRig {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  final Map<String, String> settings = new HashMap<>();
  private HttpClient http = newClient();

  ProcessRig(Path folder) throws IOException {
    set("PORT", Child.freePort());
    set("ADMIN_PORT", Child.freePort());
    set("TOKEN", Rig.TOKEN);
    set("STATE", folder.resolve("routes.json"));
    set("STOP_SECONDS", 5);
  }

  void set(String name, Object value) {
    settings.put("FAIRLEAD_EDGE_" + name, value.toString());
  }

  private static HttpClient newClient() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  HttpClient http() {
    return http;
  }

  /** Another proxy may serve now, and the one that is asked on kept connections may not answer. */
  void forgetConnections() {
    http = newClient();
  }

  Child proxy() throws IOException {
    Child proxy = new Child(settings, EdgeProxy.class);
    await().atMost(PATIENCE).ignoreExceptions().until(() -> routes() != null);
    return proxy;
  }

  /** It is not waited for. */
  Child successor() throws IOException {
    set("TAKE_OVER", true);
    return new Child(settings, EdgeProxy.class);
  }

  /** That one stalls when it has handed over its sockets, before it hears that the other serves. */
  Child successorOfOneThatStalls(Child former) throws Exception {
    try (SlowState slow = new SlowState(Path.of(settings.get("FAIRLEAD_EDGE_STATE")))) {
      Child next = successor();
      slow.whenItIsRead(former::stall);
      forgetConnections();
      return next;
    }
  }

  int trafficPort() {
    return Integer.parseInt(settings.get("FAIRLEAD_EDGE_PORT"));
  }

  int adminPort() {
    return Integer.parseInt(settings.get("FAIRLEAD_EDGE_ADMIN_PORT"));
  }

  void route(String name, int port) throws IOException, InterruptedException {
    HttpResponse<String> answer = change(name, port);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  HttpResponse<String> change(String name, int port) throws IOException, InterruptedException {
    String body =
        """
        {"fence":1,"match":{"pathPrefix":"/"},"healthCheck":{"path":"/health"},
         "instances":[{"id":"%s","address":"127.0.0.1:%d"}]}
        """
            .formatted(name, port);
    return http.send(
        admin("/routes/orders").PUT(BodyPublishers.ofString(body)).build(),
        BodyHandlers.ofString());
  }

  String routes() throws IOException, InterruptedException {
    return http.send(admin("/routes").build(), BodyHandlers.ofString()).body();
  }

  /** Whether the admin port of one that serves is asked in vain. */
  boolean isSilent() throws InterruptedException {
    try {
      newClient()
          .send(admin("/routes").timeout(Duration.ofSeconds(1)).build(), BodyHandlers.discarding());
      return false;
    } catch (IOException closedOrLate) {
      return true;
    }
  }

  private HttpRequest.Builder admin(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort() + path))
        .timeout(PATIENCE)
        .header("Authorization", "Bearer " + Rig.TOKEN);
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(trafficUri(path)).timeout(PATIENCE).build(),
        BodyHandlers.ofString());
  }

  URI trafficUri(String path) {
    return URI.create("http://127.0.0.1:" + trafficPort() + path);
  }
}
