package dev.fairlead.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that take their time, on purpose or not, must not cost the others anything. */
class SlowClientsTest {
  private static final int MANY = 1_000;

  @TempDir Path folder;
  private final List<Socket> clients = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // each test begins with it
  private Rig rig;

  @AfterEach
  void stop() throws IOException {
    for (Socket client : clients) {
      client.close();
    }
    rig.close();
  }

  @Test
  void servesOthersWhileAThousandNeverFinishTheirHeadAndClosesThose() throws Exception {
    rig = new Rig(folder, "CLIENT_SECONDS=3");
    rig.route(rig.app("one"));
    for (int i = 0; i < MANY; i++) {
      say("GET / HTTP/1.1\r\nHost: a\r\nX-Slow: " + "x".repeat(4_000));
    }
    assertThat(rig.get("/").body()).isEqualTo("one");
    assertThat(isClosed(clients.getFirst())).isTrue();
    assertThat(isClosed(clients.getLast())).isTrue();
    assertThat(rig.get("/").body()).isEqualTo("one");
  }

  @Test
  void endsAnUploadThatStalls() throws Exception {
    rig = new Rig(folder, "CLIENT_SECONDS=1");
    App one = rig.app("one");
    rig.route(one);
    Socket client = say("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\npart");
    assertThat(isClosed(client)).isTrue();
    await().until(() -> rig.status(one).path("inFlight").asInt() == 0);
    assertThat(rig.status(one).path("errors").asInt()).isZero();
  }

  @Test
  void endsADownloadThatNobodyTakes() throws Exception {
    rig = new Rig(folder, "CLIENT_SECONDS=1");
    App one = rig.app("one");
    rig.route(one);
    say("GET /big?chunks=2000 HTTP/1.1\r\nHost: a\r\n\r\n");
    await().until(() -> rig.status(one).path("inFlight").asInt() == 1);
    await().until(() -> rig.status(one).path("inFlight").asInt() == 0);
    assertThat(rig.get("/").body()).isEqualTo("one");
  }

  /** Its window is 16 MiB; what else waits for it must stay at the instance. */
  @Test
  void holdsBackAStreamThatNobodyTakesAndServesTheOthersOfItsConnection() throws Exception {
    rig = new Rig(Transport.HTTP_2, folder, "CLIENT_SECONDS=5");
    App one = rig.app("one");
    rig.route(one);
    HttpRequest big = HttpRequest.newBuilder(rig.traffic("/big?chunks=2000")).build();
    var untaken = rig.http.send(big, BodyHandlers.ofPublisher());
    assertThat(rig.get("/").body()).isEqualTo("one");
    await().until(() -> rig.status(one).path("inFlight").asInt() == 0);
    assertThat(one.chunks.get()).isLessThan(1_000);
    assertThat(rig.get("/").body()).isEqualTo("one");
    assertThat(untaken.statusCode()).isEqualTo(200);
  }

  @Test
  void closesConnectionsBeyondTheMostThatAreAllowed() throws Exception {
    rig = new Rig(folder, "MOST_CONNECTIONS=20");
    rig.route(rig.app("one"));
    for (int i = 0; i < 20; i++) {
      Socket client = say("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      client.setSoTimeout(10_000);
      assertThat(client.getInputStream().read()).isEqualTo('H');
    }
    assertThat(isClosed(say("GET / HTTP/1.1\r\nHost: a\r\n\r\n"))).isTrue();
  }

  private Socket say(String text) throws IOException {
    Socket client = new Socket("127.0.0.1", rig.trafficPort());
    clients.add(client);
    client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    return client;
  }

  /** Reads to the end of what the proxy says; it must come within half a minute. */
  private static boolean isClosed(Socket client) {
    try {
      client.setSoTimeout(30_000);
      client.getInputStream().readAllBytes();
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException reset) {
      return true;
    } catch (UncheckedIOException e) {
      throw new AssertionError(e);
    }
  }
}
