package dev.fairlead.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The proxy is upgraded: a new one takes the place of the one that runs. */
@ParameterizedClass
@EnumSource
class TakeoverTest {
  private final Transport transport;
  @TempDir Path folder;
  private Rig rig;

  TakeoverTest(Transport transport) {
    this.transport = transport;
  }

  @BeforeEach
  void start() throws Exception {
    rig = new Rig(transport, folder, "STOP_SECONDS=6");
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void losesNothingOverSeveralTakeovers() throws Exception {
    rig.route(rig.app("one"));
    int port = rig.trafficPort();
    Load load = rig.load().everything();
    int takeovers = transport == Transport.HTTP_1 ? 5 : 3;
    for (int i = 0; i < takeovers; i++) {
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
    rig = new Rig(transport, folder, "STOP_SECONDS=1", "PORT=" + Child.freePort());
    rig.route(rig.app("one"));
    Load load = rig.load().newConnections(4);
    await().until(() -> load.total() > 20);
    rig.restart();
    load.close();
    assertThat(load.failures).isNotEmpty();
  }

  @Test
  void countsWhatTheFormerProxyHasInFlightSoThatNoInstanceIsStoppedTooEarly() throws Exception {
    App one = rig.app("one");
    rig.route(one);
    try (Posting upload = new Posting(rig.http, rig.traffic("/upload"))) {
      upload.send(100_000);
      await().until(() -> rig.status(one).path("inFlight").asInt() == 1);
      rig.takeOver();
      assertThat(rig.status(one).path("inFlight").asInt()).isEqualTo(1);
      rig.route(rig.app("two"));
      assertThat(rig.status(one).path("state").asString()).isEqualTo("draining");
      assertThat(rig.get("/").body()).isEqualTo("two");
      assertThat(upload.answer()).isEqualTo("100000");
    }
    assertThat(one.posts).hasValue(1);
    await().until(() -> rig.status(one).isMissingNode());
  }

  @Test
  void goesOnCountingWhatDrainedAlreadyWhenItTookOver() throws Exception {
    App one = rig.app("one");
    rig.route(one);
    try (Posting upload = new Posting(rig.http, rig.traffic("/upload"))) {
      upload.send(100_000);
      await().until(() -> rig.status(one).path("inFlight").asInt() == 1);
      rig.route(rig.app("two"));
      rig.takeOver();
      assertThat(rig.status(one).path("state").asString()).isEqualTo("draining");
      assertThat(rig.status(one).path("inFlight").asInt()).isEqualTo(1);
      assertThat(rig.status(one).path("address").asString()).isEqualTo(one.address());
      assertThat(upload.answer()).isEqualTo("100000");
    }
    assertThat(one.posts).hasValue(1);
    await().until(() -> rig.status(one).isMissingNode());
  }

  @Test
  void goesOnCountingWhatTheFirstOfThreeHasInFlight() throws Exception {
    App one = rig.app("one");
    rig.route(one);
    try (Posting upload = new Posting(rig.http, rig.traffic("/upload"))) {
      upload.send(100_000);
      await().until(() -> rig.status(one).path("inFlight").asInt() == 1);
      rig.takeOver();
      rig.takeOver();
      rig.route(rig.app("two"));
      await()
          .during(Duration.ofMillis(500))
          .until(
              () ->
                  rig.status(one).path("state").asString().equals("draining")
                      && rig.status(one).path("inFlight").asInt() == 1);
      assertThat(rig.get("/").body()).isEqualTo("two");
      assertThat(upload.answer()).isEqualTo("100000");
    }
    await()
        .untilAsserted(
            () -> assertThat(rig.status(one).isMissingNode()).as("%s", rig.status(one)).isTrue());
  }

  @Test
  void answersWhatIsStillAskedOfTheFormerProxyFromWhereTheRoutesLeadNow() throws Exception {
    App one = rig.app("one");
    rig.route(one);
    try (Socket kept = transport.connect(rig.traffic("/"))) {
      kept.setSoTimeout(10_000);
      assertThat(ask(kept)).startsWith("HTTP/1.1 200").contains("one");
      rig.takeOver();
      rig.route(rig.app("two"));
      one.close();
      assertThat(ask(kept)).startsWith("HTTP/1.1 200").contains("two");
    }
  }

  @Test
  void finishesWhatIsUnderWayAndSaysGoodbyeToWhatNeverEnds() throws Exception {
    App one = rig.app("one");
    rig.route(one);
    var slow = Stream.generate(() -> rig.ask("/held")).limit(40).toList();
    var big = rig.ask("/big?chunks=100");
    var events = rig.ask("/events");
    Talker talker = new Talker();
    rig.webSocket(talker).sendText("hello", true).join();
    try (Posting upload = new Posting(rig.http, rig.traffic("/upload"))) {
      upload.send(200_000);
      await().until(() -> rig.status(one).path("inFlight").asInt() >= 43);
      rig.takeOver();
      upload.send(300_000);
      assertThat(upload.answer()).isEqualTo("500000");
    }
    one.answerHeld();
    for (var each : slow) {
      assertThat(each.get(10, TimeUnit.SECONDS).body()).isEqualTo("one");
    }
    assertThat(big.get(10, TimeUnit.SECONDS).body()).hasSize(100 * 64 * 1024);
    assertThat(events.get(10, TimeUnit.SECONDS).body()).startsWith("data: hello").endsWith("\n\n");
    assertThat(talker.texts).contains("one:hello");
    assertThat(talker.closed.get(10, TimeUnit.SECONDS)).isEqualTo(1001);
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
    knock(folder.resolve("edge/successor.sock")).close();
    await()
        .untilAsserted(
            () ->
                assertThat(rig.admin("POST", "/routes/orders/release", "").statusCode())
                    .isEqualTo(204));
    assertThat(rig.get("/").body()).isEqualTo("one");
  }

  @Test
  void leavesOnceItsFarewellIsAnsweredOrHasReachedAnEarlierVersion() throws Exception {
    rig.route(rig.app("one"));
    Path door = folder.resolve("edge/successor.sock");
    try (SocketChannel successor = knock(door)) {
      say(successor, "confirms\nserving\n");
      assertThat(hear(successor)).startsWith("leaving follows");
    }
    assertThat(rig.admin("POST", "/routes/orders/release", "").statusCode())
        .as("it is in charge")
        .isEqualTo(204);
    await().until(() -> Files.exists(door));
    int port = rig.adminPort();
    try (SocketChannel successor = knock(door)) {
      say(successor, "serving\n");
      assertThat(hear(successor)).startsWith("leaving follows");
      await()
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> new Socket("127.0.0.1", port).close())
                      .isInstanceOf(ConnectException.class));
    }
  }

  static SocketChannel knock(Path door) throws IOException {
    SocketChannel visitor = SocketChannel.open(UnixDomainSocketAddress.of(door));
    assertThat(hear(visitor)).startsWith("sockets ");
    return visitor;
  }

  static void say(SocketChannel visitor, String words) throws IOException {
    visitor.write(ByteBuffer.wrap(words.getBytes(StandardCharsets.UTF_8)));
  }

  static String hear(SocketChannel visitor) throws IOException {
    ByteBuffer words = ByteBuffer.allocate(1000);
    visitor.read(words);
    return new String(words.array(), 0, words.position(), StandardCharsets.UTF_8);
  }

  @Test
  void startsByItselfWhereTheFormerProxyWasKilled() throws Exception {
    rig.route(rig.app("one"));
    rig.close();
    Files.writeString(folder.resolve("edge/successor.sock"), "nobody is behind it");
    rig = new Rig(transport, folder, "TAKE_OVER=true");
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
