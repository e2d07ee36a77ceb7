package dev.fairlead.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The proxy is upgraded: a new one takes the place of the one that runs. */
class TakeoverTest {
  @TempDir Path folder;
  private Rig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new Rig(folder, "STOP_SECONDS=6");
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void losesNothingOverSeveralTakeovers() throws Exception {
    rig.route(rig.app("one"));
    int port = rig.trafficPort();
    Load load = new Load(rig.traffic("/")).everything();
    for (int i = 0; i < 5; i++) {
      int before = load.total();
      rig.takeOver();
      await().until(() -> load.total() > before + 200);
    }
    load.close();
    assertThat(rig.trafficPort()).isEqualTo(port);
    assertThat(load.failures).isEmpty();
    assertThat(load.good).allSatisfy((kind, count) -> assertThat(count).hasPositiveValue());
  }

  @Test
  void isSharpEnoughToSeeAPlainRestartLoseRequests() throws Exception {
    rig.close();
    rig = new Rig(folder, "STOP_SECONDS=1", "PORT=" + Child.freePort());
    rig.route(rig.app("one"));
    Load load = new Load(rig.traffic("/")).newConnections(4);
    await().until(() -> load.total() > 20);
    rig.restart();
    load.close();
    assertThat(load.failures).isNotEmpty();
  }

  @Test
  void countsWhatTheFormerProxyHasInFlightSoThatNoInstanceIsStoppedTooEarly() throws Exception {
    App one = rig.app("one");
    rig.route(one);
    var slow =
        rig.http.sendAsync(
            HttpRequest.newBuilder(rig.traffic("/slow?millis=2500")).build(),
            BodyHandlers.ofString());
    await().until(() -> rig.status(one).path("inFlight").asInt() == 1);
    rig.takeOver();
    assertThat(rig.status(one).path("inFlight").asInt()).isEqualTo(1);
    rig.route(rig.app("two"));
    assertThat(rig.status(one).path("state").asString()).isEqualTo("draining");
    assertThat(rig.get("/").body()).isEqualTo("two");
    assertThat(slow.get(10, TimeUnit.SECONDS).body()).isEqualTo("one");
    await().until(() -> rig.status(one).isMissingNode());
  }

  @Test
  void goesOnCountingWhatDrainedAlreadyWhenItTookOver() throws Exception {
    App one = rig.app("one");
    rig.route(one);
    var slow =
        rig.http.sendAsync(
            HttpRequest.newBuilder(rig.traffic("/slow?millis=3000")).build(),
            BodyHandlers.ofString());
    await().until(() -> rig.status(one).path("inFlight").asInt() == 1);
    rig.route(rig.app("two"));
    rig.takeOver();
    assertThat(rig.status(one).path("state").asString()).isEqualTo("draining");
    assertThat(rig.status(one).path("inFlight").asInt()).isEqualTo(1);
    assertThat(rig.status(one).path("address").asString()).isEqualTo(one.address());
    assertThat(slow.get(10, TimeUnit.SECONDS).body()).isEqualTo("one");
    await().until(() -> rig.status(one).isMissingNode());
  }

  @Test
  void answersWhatIsStillAskedOfTheFormerProxyFromWhereTheRoutesLeadNow() throws Exception {
    App one = rig.app("one");
    rig.route(one);
    try (Socket kept = new Socket("127.0.0.1", rig.trafficPort())) {
      kept.setSoTimeout(10_000);
      assertThat(ask(kept)).startsWith("HTTP/1.1 200").contains("one");
      rig.takeOver();
      rig.route(rig.app("two"));
      one.close();
      assertThat(ask(kept)).startsWith("HTTP/1.1 200").contains("two");
    }
  }

  /** One request, and the answer up to its last line. */
  private static String ask(Socket kept) throws IOException {
    kept.getOutputStream()
        .write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    byte[] answer = new byte[4096];
    int length = 0;
    while (!new String(answer, 0, length, StandardCharsets.US_ASCII).matches("(?s).*\r\n\r\n.+")) {
      int read = kept.getInputStream().read(answer, length, answer.length - length);
      assertThat(read).as("bytes of an answer").isPositive();
      length += read;
    }
    return new String(answer, 0, length, StandardCharsets.US_ASCII);
  }

  @Test
  void doesNotTakeOverWhileARouteIsHeld() throws Exception {
    rig.route(rig.app("one"));
    rig.admin("POST", "/routes/orders/hold", "{\"maxMillis\":10000}");
    assertThatThrownBy(rig::takeOver)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("route orders is held");
    rig.admin("POST", "/routes/orders/release", "");
    rig.takeOver();
    assertThat(rig.get("/").body()).isEqualTo("one");
  }

  @Test
  void leavesTheRunningProxyInChargeWhenTheNewOneGivesUp() throws Exception {
    rig.route(rig.app("one"));
    try (var visitor =
        java.nio.channels.SocketChannel.open(
            java.net.UnixDomainSocketAddress.of(folder.resolve("edge/successor.sock")))) {
      assertThat(visitor.read(java.nio.ByteBuffer.allocate(100))).isPositive();
    }
    await()
        .untilAsserted(
            () ->
                assertThat(rig.admin("POST", "/routes/orders/release", "").statusCode())
                    .isEqualTo(204));
    assertThat(rig.get("/").body()).isEqualTo("one");
  }

  @Test
  void startsByItselfWhereTheFormerProxyWasKilled() throws Exception {
    rig.route(rig.app("one"));
    rig.close();
    Files.writeString(folder.resolve("edge/successor.sock"), "nobody is behind it");
    rig = new Rig(folder, "TAKE_OVER=true");
    assertThat(rig.status().path("fence").asInt()).isEqualTo(1);
  }

  @Test
  void acceptsNothingOnceTheLastProxyIsGone() throws Exception {
    rig.takeOver();
    int port = rig.trafficPort();
    rig.close();
    assertThatThrownBy(() -> new Socket("127.0.0.1", port).close())
        .isInstanceOf(ConnectException.class);
  }
}
