package dev.fairlead.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Instances are exchanged under the requests of visitors. */
@ParameterizedClass
@EnumSource
class SwapTest {
  private final Transport transport;
  @TempDir Path folder;
  private Rig rig;

  SwapTest(Transport transport) {
    this.transport = transport;
  }

  @BeforeEach
  void start() throws Exception {
    rig = new Rig(transport, folder, "STOP_SECONDS=2", "PATIENCE_MILLIS=2000");
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void losesNothingOverDozensOfSwapsWithDrainedInstancesStopped() throws Exception {
    App serving = rig.app("release-0");
    rig.route(serving);
    Load load = rig.load().everything();
    int releases = transport == Transport.HTTP_1 ? 15 : 8;
    for (int release = 1; release <= releases; release++) {
      App next = rig.app("release-" + release);
      int before = load.total();
      await().until(() -> load.total() > before + 20);
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
    assertThat(load.good).allSatisfy((kind, count) -> assertThat(count).hasPositiveValue());
  }

  @Test
  void isSharpEnoughToSeeANaiveStopLoseRequests() throws Exception {
    App serving = rig.app("release-0");
    rig.route(serving);
    Load load = rig.load().everything();
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
    Load load = rig.load().keepAlive(4).newConnections(2);
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
    var slow = rig.ask("/slow?millis=700");
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
    var slow = rig.ask("/slow?millis=700");
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
    List<Talker> visitors = Stream.generate(Talker::new).limit(10).toList();
    for (Talker visitor : visitors) {
      WebSocket socket = rig.webSocket(visitor);
      socket.sendText("hello", true).join();
    }
    for (Talker visitor : visitors) {
      await().until(() -> visitor.texts.contains("one:hello"));
    }
    assertThat(rig.status(one).path("inFlight").asInt()).isEqualTo(10);
    rig.route(Rig.definition(1, "\"drainMillis\":1000,", List.of(Rig.instance(two, 100))));
    Talker late = new Talker();
    rig.webSocket(late).sendText("hello", true).join();
    for (Talker visitor : visitors) {
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
    var events = rig.ask("/events");
    await().until(() -> rig.status(one).path("inFlight").asInt() == 1);
    rig.route(Rig.definition(1, "\"drainMillis\":300,", List.of(Rig.instance(two, 100))));
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
    var held = Stream.generate(() -> rig.ask("/")).limit(20).toList();
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
    var slow = rig.ask("/slow?millis=20000");
    await().until(() -> rig.status(one).path("inFlight").asInt() == 1);
    slow.cancel(true);
    await().until(() -> rig.status(one).path("inFlight").asInt() == 0);
    assertThat(rig.status(one).path("errors").asInt()).isZero();
  }
}
