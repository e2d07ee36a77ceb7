package dev.fairlead.edge.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.edge.App;
import dev.fairlead.edge.Rig;
import dev.fairlead.edge.Transport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.GoAway;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an upgrade of the proxy means for HTTP/2 and for certificates. Its client, unlike the JDK's,
 * sends nothing again by itself.
 */
class SecureTakeoverTest {
  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final Queue<GoAway> goAways = new ConcurrentLinkedQueue<>();
  private final AtomicInteger connections = new AtomicInteger();
  private HttpClient client;
  private Rig rig;
  private App app;

  @BeforeEach
  void start() throws Exception {
    rig = new Rig(Transport.HTTP_2, folder, "STOP_SECONDS=6");
    app = rig.app("one");
    rig.route(app);
    client =
        vertx
            .httpClientBuilder()
            .with(
                new HttpClientOptions()
                    .setProtocolVersion(HttpVersion.HTTP_2)
                    .setUseAlpn(true)
                    .setSsl(true)
                    .setTrustAll(true)
                    .setVerifyHost(false))
            .withConnectHandler(
                connection -> {
                  connections.incrementAndGet();
                  connection.goAwayHandler(goAways::add);
                  connection.closeHandler(ignored -> connections.decrementAndGet());
                })
            .build();
  }

  @AfterEach
  void stop() {
    client.close().await();
    vertx.close().await();
    rig.close();
  }

  @Test
  void sendsAnIdleClientAway() throws Exception {
    assertThat(ask(HttpMethod.GET, "/").await().toString()).isEqualTo("one");
    rig.takeOver();
    await().until(() -> connections.get() == 0);
    assertThat(goAways).hasSize(1);
    assertThat(ask(HttpMethod.GET, "/").await().toString()).isEqualTo("one");
    assertThat(connections).hasValue(1);
  }

  @Test
  void tellsThatEverythingUnderWayWillBeAnswered() throws Exception {
    Future<Buffer> slow = ask(HttpMethod.GET, "/held");
    await().until(() -> rig.status(app).path("inFlight").asInt() == 1);
    rig.takeOver();
    await().until(() -> !goAways.isEmpty());
    assertThat(goAways.peek().getErrorCode()).isZero();
    assertThat(goAways.peek().getLastStreamId()).isEqualTo(Integer.MAX_VALUE);
    assertThat(slow.isComplete()).isFalse();
    assertThat(ask(HttpMethod.GET, "/").await().toString()).isEqualTo("one");
    app.answerHeld();
    assertThat(slow.await(10, TimeUnit.SECONDS).toString()).isEqualTo("one");
    await().until(() -> connections.get() == 1);
  }

  @Test
  void losesNoPostOfAClientThatRepeatsNothing() throws Exception {
    AtomicBoolean running = new AtomicBoolean(true);
    AtomicInteger answered = new AtomicInteger();
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    List<Thread> visitors =
        java.util.stream.IntStream.range(0, 20)
            .mapToObj(
                i -> Thread.startVirtualThread(() -> keepPosting(running, answered, failures)))
            .toList();
    for (int i = 0; i < 3; i++) {
      int before = answered.get();
      await().until(() -> answered.get() > before + 300);
      rig.takeOver();
    }
    running.set(false);
    for (Thread visitor : visitors) {
      visitor.join();
    }
    assertThat(failures).isEmpty();
    assertThat(app.posts).hasValue(answered.get());
    await().untilAsserted(() -> assertThat(goAways).hasSizeGreaterThanOrEqualTo(3));
  }

  private void keepPosting(AtomicBoolean running, AtomicInteger answered, Queue<Throwable> failed) {
    while (running.get()) {
      try {
        ask(HttpMethod.POST, "/upload").await(20, TimeUnit.SECONDS);
        answered.incrementAndGet();
      } catch (Exception e) {
        failed.add(e);
      }
    }
  }

  private Future<Buffer> ask(HttpMethod method, String path) {
    return client
        .request(method, rig.securePort(), "localhost", path)
        .compose(request -> method == HttpMethod.POST ? request.send("an order") : request.send())
        .compose(
            answer ->
                answer.statusCode() == 200
                    ? answer.body()
                    : Future.failedFuture("answered " + answer.statusCode()));
  }

  @Test
  void presentsTheCertificatesThatAreThereWhenItTakesOver() throws Exception {
    Path certificates = folder.resolve("certificates");
    SelfSigned.write(certificates, "default", "renewed.example.org");
    rig.takeOver();
    // the former one closes its end of the shared socket a moment later
    await().untilAsserted(() -> assertThat(presented()).contains("CN=renewed.example.org"));
  }

  @Test
  void leavesTheRunningProxyInChargeWhereTheCertificatesAreBroken() throws Exception {
    Files.writeString(folder.resolve("certificates/default.crt"), "not a certificate");
    assertThatThrownBy(rig::takeOver).isInstanceOf(Exception.class);
    assertThat(presented()).contains("CN=localhost");
    HttpResponse<String> answer = rig.ask("/").get(10, TimeUnit.SECONDS);
    assertThat(answer.body()).isEqualTo("one");
    SelfSigned.write(folder.resolve("certificates"), "default", "localhost");
    rig.takeOver();
    assertThat(rig.get("/").body()).isEqualTo("one");
  }

  private String presented() throws Exception {
    try (SSLSocket socket =
        (SSLSocket)
            Trusting.everybody().getSocketFactory().createSocket("localhost", rig.securePort())) {
      socket.startHandshake();
      X509Certificate seen = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return seen.getSubjectX500Principal().toString();
    }
  }
}
