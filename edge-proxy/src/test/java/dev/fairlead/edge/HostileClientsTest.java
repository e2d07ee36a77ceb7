package dev.fairlead.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HostileClientsTest {
  private static final String SMUGGLED = "GET /headers HTTP/1.1\r\nHost: smuggled\r\n\r\n";
  private static final int KB = 1024;

  @TempDir Path folder;
  private Rig rig;
  private App one;

  @BeforeEach
  void start() throws Exception {
    rig = new Rig(folder, "STOP_SECONDS=1");
    one = rig.app("one");
    rig.route(one);
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  static Stream<String> brokenFraming() {
    String chunked = "POST /upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    String post = "POST /upload HTTP/1.1\r\nHost: a\r\n";
    return Stream.of(
        chunked + "zz\r\nabc\r\n0\r\n\r\n",
        chunked + "-1\r\nabc\r\n0\r\n\r\n",
        chunked + "0x3\r\nabc\r\n0\r\n\r\n",
        chunked + "+3\r\nabc\r\n0\r\n\r\n",
        chunked + "ffffffffffffffff3\r\nabc\r\n0\r\n\r\n",
        chunked + "80000000\r\nabc\r\n0\r\n\r\n",
        chunked + "\r\nabc\r\n0\r\n\r\n",
        chunked + "3\r\nabcdef\r\n0\r\n\r\n",
        chunked + "3;" + "x".repeat(64 * KB) + "\r\nabc\r\n0\r\n\r\n",
        post + "Content-Length: 3, 5\r\n\r\nabcde",
        post + "Content-Length: -3\r\n\r\nabc",
        post + "Content-Length: 0x3\r\n\r\nabc",
        post + "Content-Length: 99999999999999999999\r\n\r\nabc",
        post + "Content-Length: 3\r\n 5\r\n\r\nabcde",
        post + "Content-Length\u0000: 3\r\n\r\nabc",
        post + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
        post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
        post + "Transfer_Encoding: chunked\r\nTransfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n");
  }

  @ParameterizedTest
  @MethodSource("brokenFraming")
  void endsAConnectionWhoseFramingIsBrokenAndReadsNoSecondRequestFromIt(String request)
      throws Exception {
    String answers = told(request + SMUGGLED);

    assertThat(answers).as(answers).doesNotContain("host: smuggled");
    assertThat(one.posts).as("whole uploads").hasValue(0);
    await().until(() -> rig.status(one).path("inFlight").asInt() == 0);
    assertThat(rig.get("/").body()).isEqualTo("one");
  }

  @Test
  void joinsFoldedHeadersOrRefusesThem() throws Exception {
    String answer = told("GET /headers HTTP/1.1\r\nHost: a\r\nX-A: b\r\n X-C: d\r\n\r\n");
    assertThat(answer)
        .satisfiesAnyOf(
            one -> assertThat(one).startsWith("HTTP/1.1 400"),
            one -> assertThat(one).contains("x-a: b X-C: d").doesNotContain("\nx-c:"));
  }

  @Test
  void refusesAHeadThatIsTooLarge() throws Exception {
    String big = "x".repeat(40 * KB);
    assertThat(told("GET /" + big + " HTTP/1.1\r\nHost: a\r\n\r\n")).contains(" 414 ");
    assertThat(told("GET / HTTP/1.1\r\nHost: a\r\nX-Big: " + big + "\r\n\r\n")).contains(" 431 ");
    assertThat(told("GET / HTTP/1.1\r\nHost: a\r\n" + "X: y\r\n".repeat(20_000) + "\r\n"))
        .contains(" 431 ");
    assertThat(rig.status(one).path("requests").asInt()).isZero();
  }

  @Test
  void takesAClientThatClosedItsHalfForGoneAndKeepsNothingOfIt() throws Exception {
    try (Socket client = new Socket("127.0.0.1", rig.trafficPort())) {
      write(client, "GET /slow?millis=60000 HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> rig.status(one).path("inFlight").asInt() == 1);
      client.shutdownOutput();
      await().until(() -> rig.status(one).path("inFlight").asInt() == 0);
    }
  }

  @Test
  void keepsTheAdminPortUpUnderNonsense() throws Exception {
    String deep = "[".repeat(200_000);
    assertThat(rig.put("orders", deep).statusCode()).isEqualTo(400);
    assertThat(rig.put("orders", "{\"fence\":1e999}").statusCode()).isEqualTo(400);
    assertThat(rig.put("orders", "\"".repeat(2 * KB * KB)).statusCode()).isEqualTo(413);
    assertThat(rig.admin("GET", "/routes/..%2F..%2Fetc", "").statusCode()).isEqualTo(404);
    assertThat(rig.admin("PUT", "/routes/a%0Ab", Rig.definition(1, "", List.of())).statusCode())
        .isEqualTo(400);
    for (int i = 0; i < 300; i++) {
      assertThat(withToken("guess-" + i).statusCode()).isEqualTo(401);
    }
    assertThat(rig.get("/").body()).isEqualTo("one");
    assertThat(rig.status(one).path("state").asString()).isEqualTo("serving");
  }

  private HttpResponse<String> withToken(String token) throws Exception {
    return rig.http.send(
        HttpRequest.newBuilder(
                URI.create("http://localhost:%d/routes/orders".formatted(rig.adminPort())))
            .header("Authorization", "Bearer " + token)
            .PUT(BodyPublishers.ofString("{}"))
            .build(),
        BodyHandlers.ofString());
  }

  private static void write(Socket client, String text) throws IOException {
    client.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** All that comes back to these bytes, until the end or a second of silence. */
  private String told(String request) throws IOException {
    try (Socket client = new Socket("127.0.0.1", rig.trafficPort())) {
      client.setSoTimeout(1_000);
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      try {
        write(client, request);
        client.getInputStream().transferTo(all);
      } catch (SocketTimeoutException silence) {
        // what came so far is all
      } catch (IOException reset) {
        // it was refused before it was read
      }
      return all.toString(StandardCharsets.ISO_8859_1);
    }
  }
}
