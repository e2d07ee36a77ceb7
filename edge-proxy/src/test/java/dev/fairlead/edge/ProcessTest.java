package dev.fairlead.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proxy and applications as processes, as they are in production. */
class ProcessTest {
  @TempDir Path folder;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Map<String, String> settings = new HashMap<>();
  private int traffic;
  private int admin;

  @BeforeEach
  void choosePorts() throws Exception {
    traffic = Child.freePort();
    admin = Child.freePort();
    settings.put("FAIRLEAD_EDGE_PORT", String.valueOf(traffic));
    settings.put("FAIRLEAD_EDGE_ADMIN_PORT", String.valueOf(admin));
    settings.put("FAIRLEAD_EDGE_TOKEN", Rig.TOKEN);
    settings.put("FAIRLEAD_EDGE_STATE", folder.resolve("routes.json").toString());
    settings.put("FAIRLEAD_EDGE_STOP_SECONDS", "5");
  }

  @Test
  void losesNothingWithInstancesThatEndAtOnceOnSigterm() throws Exception {
    try (Child proxy = proxy()) {
      int port = Child.freePort();
      Child serving = app("release-0", port);
      route("release-0", port);
      Load load = new Load(Transport.HTTP_1, trafficUri("/")).everything();
      for (int release = 1; release <= 4; release++) {
        String name = "release-" + release;
        int nextPort = Child.freePort();
        Child next = app(name, nextPort);
        route(name, nextPort);
        await().atMost(Duration.ofSeconds(60)).until(() -> !routes().contains("draining"));
        serving.terminate();
        serving = next;
      }
      load.close();
      serving.kill();
      assertThat(load.failures).isEmpty();
      assertThat(load.total()).isGreaterThan(300);
    }
  }

  @Test
  void servesTheSameRoutesRightAfterAKillAndARestart() throws Exception {
    try (App app = new App("one")) {
      try (Child proxy = proxy()) {
        route("one", app.port());
        proxy.kill();
      }
      try (Child proxy = proxy()) {
        assertThat(get("/").body()).isEqualTo("one");
        assertThat(routes()).contains("\"fence\":1");
      }
    }
  }

  @Test
  void finishesRequestsBeforeItStops() throws Exception {
    try (App app = new App("one");
        Child proxy = proxy()) {
      route("one", app.port());
      CompletableFuture<HttpResponse<String>> slow =
          http.sendAsync(
              HttpRequest.newBuilder(trafficUri("/slow?millis=1000")).build(),
              BodyHandlers.ofString());
      await().until(() -> routes().contains("\"inFlight\":1"));
      proxy.terminate();
      assertThat(slow.get(5, TimeUnit.SECONDS).body()).isEqualTo("one");
    }
  }

  @Test
  void saysWhatIsWrongWithItsSettingsAndEnds() throws Exception {
    settings.put("FAIRLEAD_EDGE_PORT", "seven");
    settings.put("FAIRLEAD_EDGE_TOKEN", "short");
    try (Child proxy = new Child(settings, EdgeProxy.class)) {
      assertThat(proxy.exitCode()).isEqualTo(1);
    }
    settings.put("FAIRLEAD_EDGE_TOKEN", Rig.TOKEN);
    settings.put("FAIRLEAD_EDGE_PORT", String.valueOf(traffic));
    try (ServerSocket taken = new ServerSocket(traffic, 1, InetAddress.getLoopbackAddress());
        Child portTaken = new Child(settings, EdgeProxy.class)) {
      assertThat(portTaken.exitCode()).isEqualTo(1);
    }
  }

  private Child proxy() throws IOException {
    Child proxy = new Child(settings, EdgeProxy.class);
    await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> routes() != null);
    return proxy;
  }

  private Child app(String name, int port) throws IOException {
    Child app = new Child(Map.of(), App.class, name, String.valueOf(port));
    URI health = URI.create("http://127.0.0.1:" + port + "/health");
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(
            () ->
                http.send(HttpRequest.newBuilder(health).build(), BodyHandlers.discarding())
                        .statusCode()
                    == 200);
    return app;
  }

  private void route(String name, int port) throws Exception {
    String body =
        """
        {"fence":1,"match":{"pathPrefix":"/"},"healthCheck":{"path":"/health"},
         "instances":[{"id":"%s","address":"127.0.0.1:%d"}]}
        """
            .formatted(name, port);
    HttpResponse<String> answer =
        http.send(
            admin("/routes/orders").PUT(BodyPublishers.ofString(body)).build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private String routes() throws IOException, InterruptedException {
    return http.send(admin("/routes").build(), BodyHandlers.ofString()).body();
  }

  private HttpRequest.Builder admin(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + path))
        .header("Authorization", "Bearer " + Rig.TOKEN);
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(HttpRequest.newBuilder(trafficUri(path)).build(), BodyHandlers.ofString());
  }

  private URI trafficUri(String path) {
    return URI.create("http://127.0.0.1:" + traffic + path);
  }
}
