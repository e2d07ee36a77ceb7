package dev.fairlead.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForwardingTest {
  @TempDir Path folder;
  private Rig rig;
  private App one;

  @BeforeEach
  void start() throws Exception {
    rig = new Rig(folder, "STOP_SECONDS=1", "PATIENCE_MILLIS=300", "ANSWER_SECONDS=1");
    one = rig.app("one");
    rig.route(one);
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void passesRequestsAndAnswersUnchanged() throws Exception {
    HttpResponse<String> answer = rig.get("/x?y=%20z");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("one");
    assertThat(answer.headers().firstValue("X-App")).hasValue("one");
    assertThat(rig.get("/headers?y=%20z").body()).startsWith("GET /headers?y=%20z\n");
    assertThat(rig.get("/empty").statusCode()).isEqualTo(204);
    assertThat(rig.get("/big?chunks=64").body()).hasSize(64 * 64 * 1024);
    HttpRequest head = HttpRequest.newBuilder(rig.traffic("/")).HEAD().build();
    HttpResponse<String> headAnswer = rig.http.send(head, BodyHandlers.ofString());
    assertThat(headAnswer.headers().firstValue("content-length")).hasValue("3");
  }

  @Test
  void streamsUploadsWithAndWithoutLength() throws Exception {
    byte[] body = new byte[20 * 1024 * 1024];
    HttpRequest sized =
        HttpRequest.newBuilder(rig.traffic("/upload"))
            .POST(BodyPublishers.ofByteArray(body))
            .expectContinue(true)
            .build();
    HttpRequest chunked =
        HttpRequest.newBuilder(rig.traffic("/upload"))
            .PUT(BodyPublishers.ofByteArrays(java.util.List.of(body, body)))
            .build();
    assertThat(rig.http.send(sized, BodyHandlers.ofString()).body())
        .isEqualTo(String.valueOf(body.length));
    assertThat(rig.http.send(chunked, BodyHandlers.ofString()).body())
        .isEqualTo(String.valueOf(2 * body.length));
  }

  @Test
  void tellsTheInstanceWhoAskedAndKeepsHopByHopHeadersBack() throws Exception {
    String seen =
        raw(
            """
            GET /headers HTTP/1.1
            Host: Shop.Example:8080
            Connection: close, X-Secret
            X-Secret: for this hop only
            Keep-Alive: timeout=5
            Proxy-Authorization: Basic xyz
            TE: trailers
            X-Forwarded-For: 6.6.6.6
            X-Kept: yes

            """);
    assertThat(seen)
        .contains("host: Shop.Example:8080\n")
        .contains("x-forwarded-for: 127.0.0.1\n")
        .contains("x-forwarded-proto: http\n")
        .contains("x-forwarded-host: Shop.Example:8080\n")
        .contains("forwarded: for=127.0.0.1;host=\"Shop.Example:8080\";proto=http\n")
        .contains("x-kept: yes\n")
        .doesNotContainIgnoringCase("x-secret")
        .doesNotContain("keep-alive: timeout", "proxy-authorization", "te: ", "6.6.6.6");
  }

  @Test
  void matchesHostsWithoutCaseAndTheLongestPathFirst() throws Exception {
    App two = rig.app("two");
    App three = rig.app("three");
    rig.put("two", matching("\"host\":\"Two.Localhost\"", "/", two));
    rig.put("three", matching("\"host\":\"two.localhost\"", "/deep/", three));
    assertThat(raw(get("/", "tWo.localHOST:80"))).endsWith("two");
    assertThat(raw(get("/deep", "two.localhost"))).endsWith("three");
    assertThat(raw(get("/deep/er", "two.localhost"))).endsWith("three");
    assertThat(raw(get("/deeper", "two.localhost"))).endsWith("two");
    assertThat(raw(get("/", "other.localhost"))).endsWith("one");
    assertThat(raw(get("http://two.localhost/", "lying.example"))).endsWith("two");
  }

  @Test
  void refusesWhatTwoParsersCouldReadDifferently() throws Exception {
    String[] smuggling = {
      "POST /upload HTTP/1.1\nHost: a\nTransfer-Encoding: xchunked\n\n0\n\n",
      "POST /upload HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\nTransfer-Encoding: identity\n\n0\n\n",
      "POST /upload HTTP/1.1\nHost: a\nTransfer-Encoding : chunked\n\n0\n\n",
      "POST /upload HTTP/1.1\nHost: a\nContent-Length: 3\nContent-Length: 5\n\nabcde",
      "POST /upload HTTP/1.1\nHost: a\nContent-Length: +3\n\nabc",
      "GET / HTTP/1.1\nHost: a\nHost: b\n\n",
      "GET / HTTP/1.1\n\n",
      "GET / HTTP/1.1\nHost: a\nBad Header: b\n\n",
      "CONNECT a:80 HTTP/1.1\nHost: a\n\n",
      "TRACE / HTTP/1.1\nHost: a\n\n",
      "GET ftp://a/ HTTP/1.1\nHost: a\n\n",
    };
    for (String request : smuggling) {
      assertThat(raw(request)).as(request).startsWith("HTTP/1.1 40");
    }
    assertThat(one.posts).hasValue(0);
    String both =
        raw(
            "POST /headers HTTP/1.1\nHost: a\nContent-Length: 4\nTransfer-Encoding: chunked\n\n"
                + "3\nabc\n0\n\nGET /smuggled HTTP/1.1\nHost: a\nConnection: close\n\n");
    assertThat(both)
        .satisfiesAnyOf(
            answer -> assertThat(answer).startsWith("HTTP/1.1 400"),
            answer ->
                assertThat(answer)
                    .contains("transfer-encoding: chunked")
                    .doesNotContain("content-length: 4"));
  }

  @Test
  void servesOldClientsAndPipelines() throws Exception {
    assertThat(raw("GET / HTTP/1.0\n\n")).startsWith("HTTP/1.").endsWith("one");
    assertThat(raw("GET /big?chunks=1 HTTP/1.0\n\n")).hasSizeGreaterThan(64 * 1024);
    String two = raw("GET / HTTP/1.1\nHost: a\n\nGET / HTTP/1.1\nHost: a\nConnection: close\n\n");
    assertThat(two.split("HTTP/1.1 200", -1)).hasSize(3);
  }

  @Test
  void splitsRequestsBetweenReleasesByWeight() throws Exception {
    App canary = rig.app("canary");
    rig.route(
        Rig.definition(1, "", java.util.List.of(Rig.instance(one, 90), Rig.instance(canary, 10))));
    Map<String, Integer> answers = new HashMap<>();
    for (int i = 0; i < 500; i++) {
      answers.merge(rig.get("/").body(), 1, Integer::sum);
    }
    int canaries = answers.getOrDefault("canary", 0);
    assertThat(canaries).isBetween(10, 90); // six standard deviations around 50
    assertThat(answers).containsEntry("one", 500 - canaries);
  }

  @Test
  void keepsAVisitorOnOneReleaseByCookie() throws Exception {
    App canary = rig.app("canary");
    rig.route(
        Rig.definition(
            1,
            "\"stickyCookie\":\"fairlead\",",
            Stream.of(one, canary).map(app -> Rig.instance(app, 50)).toList()));
    HttpResponse<String> first = rig.get("/");
    assertThat(first.headers().firstValue("Set-Cookie"))
        .get()
        .asString()
        .startsWith("fairlead=" + first.body());
    for (int i = 0; i < 10; i++) {
      HttpRequest again =
          HttpRequest.newBuilder(rig.traffic("/")).header("Cookie", "fairlead=canary").build();
      assertThat(rig.http.send(again, BodyHandlers.ofString()).body()).isEqualTo("canary");
    }
  }

  @Test
  void saysInOneShortDocumentWhyThereIsNoAnswer() throws Exception {
    one.close();
    HttpResponse<String> dead = rig.get("/");
    assertThat(dead.statusCode()).isEqualTo(502);
    assertThat(dead.body()).contains("instance one at 127.0.0.1").contains("could not be reached");
    rig.route();
    HttpResponse<String> nobody = rig.get("/");
    assertThat(nobody.statusCode()).isEqualTo(503);
    assertThat(nobody.body()).contains("route orders has no instance");
    App slow = rig.app("slow");
    rig.route(slow);
    HttpResponse<String> late = rig.get("/slow?millis=3000");
    assertThat(late.statusCode()).isEqualTo(504);
    assertThat(late.body()).contains("did not answer within 1 s");
    rig.admin("DELETE", "/routes/orders", "");
    assertThat(rig.get("/").statusCode()).isEqualTo(404);
  }

  @Test
  void cutsTheClientOffWhereTheInstanceCutTheAnswer() throws Exception {
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> rig.get("/cut"))
        .isInstanceOf(IOException.class);
    org.awaitility.Awaitility.await()
        .untilAsserted(() -> assertThat(rig.status(one).path("errors").asInt()).isEqualTo(1));
  }

  private static String matching(String host, String prefix, App app) {
    return "{\"fence\":1,\"match\":{%s,\"pathPrefix\":\"%s\"},\"instances\":[%s]}"
        .formatted(host, prefix, Rig.instance(app, 100));
  }

  private static String get(String target, String host) {
    return "GET " + target + " HTTP/1.1\nHost: " + host + "\nConnection: close\n\n";
  }

  /** Sends these very bytes, line ends as CRLF, and returns all that comes back until the end. */
  private String raw(String request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", rig.trafficPort())) {
      socket.setSoTimeout(2_000);
      socket
          .getOutputStream()
          .write(request.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      try {
        socket.getInputStream().transferTo(all);
      } catch (java.net.SocketTimeoutException e) {
        // a kept connection: what came so far is the answer
      }
      return all.toString(StandardCharsets.UTF_8);
    }
  }
}
