package dev.fairlead.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SwapTest {
  @TempDir Path folder;
  private Rig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new Rig(folder, "STOP_SECONDS=2", "PATIENCE_MILLIS=2000");
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void losesNothingOverDozensOfSwapsWithDrainedInstancesStopped() throws Exception {
    App serving = rig.app("release-0");
    rig.route(serving);
    Load load = new Load(rig.traffic("/")).everything();
    for (int release = 1; release <= 30; release++) {
      App next = rig.app("release-" + release);
      rig.route(next);
      App old = serving;
      await()
          .pollInterval(Duration.ofMillis(10))
          .atMost(Duration.ofSeconds(60))
          .until(() -> rig.status(old).isMissingNode());
      old.close();
      serving = next;
    }
    load.close();
    assertThat(load.failures).isEmpty();
    assertThat(load.total()).isGreaterThan(1_000);
    assertThat(load.good).allSatisfy((kind, count) -> assertThat(count).hasPositiveValue());
  }

  @Test
  void isSharpEnoughToSeeANaiveStopLoseRequests() throws Exception {
    App serving = rig.app("release-0");
    rig.route(serving);
    Load load = new Load(rig.traffic("/")).everything();
    for (int release = 1; release <= 3; release++) {
      App next = rig.app("release-" + release);
      await().until(() -> rig.status().path("instances").path(0).path("inFlight").asInt() > 2);
      rig.route(next);
      serving.close();
      serving = next;
    }
    load.close();
    assertThat(load.failures).isNotEmpty();
  }

  @Test
  void takesRequestsElsewhereWhenAnInstanceRefusesConnections() throws Exception {
    App one = rig.app("one");
    App two = rig.app("two");
    rig.route(one, two);
    Load load = new Load(rig.traffic("/")).keepAlive(4).newConnections(2);
    await().until(() -> load.total() > 100);
    one.close();
    int before = load.total();
    await().until(() -> load.total() > before + 300);
    load.close();
    assertThat(load.failures).isEmpty();
    assertThat(rig.status(one).path("errors").asInt()).isPositive();
    assertThat(rig.status(two).path("errors").asInt()).isZero();
  }

  @Test
  void keepsUnsentRequestsWhileTheOnlyInstanceIsRestarting() throws Exception {
    App one = rig.app("one");
    rig.route(one);
    int port = one.port();
    one.close();
    CompletableFuture<HttpResponse<String>> asked =
        rig.http.sendAsync(
            HttpRequest.newBuilder(rig.traffic("/"))
                .POST(HttpRequest.BodyPublishers.ofString("an order"))
                .build(),
            BodyHandlers.ofString());
    await().until(() -> rig.status().path("instances").path(0).path("errors").asInt() > 1);
    try (App again = new App("again", port)) {
      assertThat(asked.get(5, TimeUnit.SECONDS).body()).isEqualTo(again.name);
    }
  }

  @Test
  void listsARemovedInstanceAsDrainingUntilItsLastRequestIsDone() throws Exception {
    App one = rig.app("one");
    App two = rig.app("two");
    rig.route(one);
    var slow =
        rig.http.sendAsync(
            HttpRequest.newBuilder(rig.traffic("/slow?millis=700")).build(),
            BodyHandlers.ofString());
    await().until(() -> rig.status(one).path("inFlight").asInt() == 1);
    rig.route(two);
    assertThat(rig.status(one).path("state").asString()).isEqualTo("draining");
    assertThat(rig.get("/").body()).isEqualTo("two");
    assertThat(slow.get(5, TimeUnit.SECONDS).body()).isEqualTo("one");
    await().until(() -> rig.status(one).isMissingNode());
    assertThat(rig.status(two).path("state").asString()).isEqualTo("serving");
  }

  @Test
  void bringsADrainingInstanceBackWithItsFigures() throws Exception {
    App one = rig.app("one");
    App two = rig.app("two");
    rig.route(one);
    var slow =
        rig.http.sendAsync(
            HttpRequest.newBuilder(rig.traffic("/slow?millis=700")).build(),
            BodyHandlers.ofString());
    await().until(() -> rig.status(one).path("inFlight").asInt() == 1);
    rig.route(two);
    rig.route(one);
    assertThat(rig.get("/").body()).isEqualTo("one");
    assertThat(slow.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    assertThat(rig.status(one).path("requests").asInt()).isEqualTo(2);
    assertThat(rig.status().path("instances")).hasSize(1);
  }

  @Test
  void closesWebSocketsOfARemovedInstanceInOrderOverTheDrainWindow() throws Exception {
    App one = rig.app("one");
    App two = rig.app("two");
    rig.route(one);
    Listener[] visitors = Stream.generate(Listener::new).limit(10).toArray(Listener[]::new);
    for (Listener visitor : visitors) {
      WebSocket socket = connect(visitor);
      socket.sendText("hello", true).join();
    }
    for (Listener visitor : visitors) {
      await().until(() -> visitor.texts.contains("one:hello"));
    }
    assertThat(rig.status(one).path("inFlight").asInt()).isEqualTo(10);
    rig.route(
        Rig.definition(1, "\"drainMillis\":1000,", java.util.List.of(Rig.instance(two, 100))));
    Listener late = new Listener();
    connect(late).sendText("hello", true).join();
    for (Listener visitor : visitors) {
      assertThat(visitor.closed.get(5, TimeUnit.SECONDS)).isEqualTo(1001);
    }
    await().until(() -> one.closeCodes.size() == 10);
    assertThat(one.closeCodes).containsOnly(1001);
    await().until(() -> rig.status(one).isMissingNode());
    await().until(() -> late.texts.contains("two:hello"));
    assertThat(late.closed).isNotDone();
  }

  @Test
  void endsEventStreamsOfARemovedInstanceAfterAWholeEvent() throws Exception {
    App one = rig.app("one");
    App two = rig.app("two");
    rig.route(one);
    var events =
        rig.http.sendAsync(
            HttpRequest.newBuilder(rig.traffic("/events")).build(), BodyHandlers.ofString());
    await().until(() -> rig.status(one).path("inFlight").asInt() == 1);
    rig.route(Rig.definition(1, "\"drainMillis\":300,", java.util.List.of(Rig.instance(two, 100))));
    HttpResponse<String> all = events.get(5, TimeUnit.SECONDS);
    assertThat(all.body()).startsWith("data: hello from one\n\n").endsWith("\n\n");
    await().until(() -> rig.status(one).isMissingNode());
  }

  @Test
  void holdsRequestsAndLetsThemGoOnRelease() throws Exception {
    App one = rig.app("one");
    rig.route(one);
    assertThat(rig.admin("POST", "/routes/orders/hold", "{\"maxMillis\":10000}").statusCode())
        .isEqualTo(204);
    var held =
        Stream.generate(
                () ->
                    rig.http.sendAsync(
                        HttpRequest.newBuilder(rig.traffic("/")).build(), BodyHandlers.ofString()))
            .limit(20)
            .toList();
    await().until(() -> rig.status().path("waiting").asInt() == 20);
    assertThat(rig.status().path("held").asBoolean()).isTrue();
    App two = rig.app("two");
    rig.route(two);
    assertThat(rig.status().path("waiting").asInt()).isEqualTo(20);
    rig.admin("POST", "/routes/orders/release", "");
    for (var one20 : held) {
      assertThat(one20.get(5, TimeUnit.SECONDS).body()).isEqualTo("two");
    }
  }

  @Test
  void givesUpOnAHeldRequestAfterItsTime() throws Exception {
    rig.route(rig.app("one"));
    rig.admin("POST", "/routes/orders/hold", "{\"maxMillis\":200}");
    HttpResponse<String> answer = rig.get("/");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(answer.body()).contains("held longer than 200 ms");
    assertThat(rig.status().path("waiting").asInt()).isZero();
  }

  @Test
  void forgetsARequestWhoseClientLeft() throws Exception {
    App one = rig.app("one");
    rig.route(one);
    var slow =
        rig.http.sendAsync(
            HttpRequest.newBuilder(rig.traffic("/slow?millis=20000")).build(),
            BodyHandlers.ofString());
    await().until(() -> rig.status(one).path("inFlight").asInt() == 1);
    slow.cancel(true);
    await().until(() -> rig.status(one).path("inFlight").asInt() == 0);
    assertThat(rig.status(one).path("errors").asInt()).isZero();
  }

  private WebSocket connect(Listener listener) {
    URI uri = URI.create("ws://localhost:" + rig.trafficPort() + "/socket");
    return rig.http.newWebSocketBuilder().buildAsync(uri, listener).join();
  }

  private static final class Listener implements WebSocket.Listener {
    final Queue<String> texts = new ConcurrentLinkedQueue<>();
    final CompletableFuture<Integer> closed = new CompletableFuture<>();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
      texts.add(text.toString());
      socket.request(1);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      closed.complete(code);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket socket, Throwable failure) {
      closed.completeExceptionally(failure);
    }
  }
}
