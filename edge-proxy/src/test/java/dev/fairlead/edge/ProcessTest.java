package dev.fairlead.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proxy and applications as processes, as they are in production. */
class ProcessTest {
  @TempDir Path folder;
  private ProcessRig rig;

  @BeforeEach
  void choosePorts() throws Exception {
    rig = new ProcessRig(folder);
  }

  @Test
  void losesNothingWithInstancesThatEndAtOnceOnSigterm() throws Exception {
    try (Child proxy = rig.proxy()) {
      int port = Child.freePort();
      Child serving = app("release-0", port);
      rig.route("release-0", port);
      Load load = new Load(Transport.HTTP_1, rig.trafficUri("/")).everything();
      for (int release = 1; release <= 4; release++) {
        String name = "release-" + release;
        int nextPort = Child.freePort();
        Child next = app(name, nextPort);
        rig.route(name, nextPort);
        await().atMost(Duration.ofSeconds(60)).until(() -> !rig.routes().contains("draining"));
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
      try (Child proxy = rig.proxy()) {
        rig.route("one", app.port());
        proxy.kill();
      }
      try (Child proxy = rig.proxy()) {
        assertThat(rig.get("/").body()).isEqualTo("one");
        assertThat(rig.routes()).contains("\"fence\":1");
      }
    }
  }

  @Test
  void finishesRequestsBeforeItStops() throws Exception {
    try (App app = new App("one");
        Child proxy = rig.proxy()) {
      rig.route("one", app.port());
      CompletableFuture<HttpResponse<String>> slow =
          rig.http()
              .sendAsync(
                  HttpRequest.newBuilder(rig.trafficUri("/slow?millis=1000")).build(),
                  BodyHandlers.ofString());
      await().until(() -> rig.routes().contains("\"inFlight\":1"));
      proxy.terminate();
      assertThat(slow.get(5, TimeUnit.SECONDS).body()).isEqualTo("one");
    }
  }

  @Test
  void saysWhatIsWrongWithItsSettingsAndEnds() throws Exception {
    int port = rig.trafficPort();
    rig.set("PORT", "seven");
    rig.set("TOKEN", "short");
    try (Child proxy = new Child(rig.settings, EdgeProxy.class)) {
      assertThat(proxy.exitCode()).isEqualTo(1);
    }
    rig.set("TOKEN", Rig.TOKEN);
    rig.set("PORT", port);
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
        Child portTaken = new Child(rig.settings, EdgeProxy.class)) {
      assertThat(portTaken.exitCode()).isEqualTo(1);
    }
  }

  private Child app(String name, int port) throws IOException {
    Child app = new Child(Map.of(), App.class, name, String.valueOf(port));
    URI health = URI.create("http://127.0.0.1:" + port + "/health");
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(
            () ->
                rig.http()
                        .send(HttpRequest.newBuilder(health).build(), BodyHandlers.discarding())
                        .statusCode()
                    == 200);
    return app;
  }
}
