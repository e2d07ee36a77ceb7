package dev.fairlead.edge.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.edge.App;
import dev.fairlead.edge.Rig;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
  @TempDir Path folder;
  private Path certificates;
  private Rig rig;
  private App app;

  @BeforeEach
  void start() throws Exception {
    certificates = Files.createDirectory(folder.resolve("certificates"));
    SelfSigned.write(certificates, "default", "localhost");
    SelfSigned.write(certificates, "orders", "orders.example.org");
    rig = new Rig(folder, "CERTIFICATES=" + certificates, "TLS_PORT=0", "STOP_SECONDS=1");
    app = rig.app("one");
    rig.route(app);
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void servesHttp2AndHttp1OverTls() throws Exception {
    for (HttpClient.Version version : HttpClient.Version.values()) {
      if (version.name().equals("HTTP_3")) {
        continue;
      }
      try (HttpClient client = client(version)) {
        HttpResponse<String> answer = client.send(get("/headers"), BodyHandlers.ofString());
        assertThat(answer.version()).isEqualTo(version);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
            .contains("host: localhost:" + rig.securePort(), "x-forwarded-proto: https")
            .doesNotContain("transfer-encoding");
      }
    }
  }

  @Test
  void carriesUploadsAndManyRequestsAtOnceOverOneHttp2Connection() throws Exception {
    try (HttpClient client = client(HttpClient.Version.HTTP_2)) {
      byte[] body = new byte[3_000_000];
      assertThat(client.send(post("/upload", body), BodyHandlers.ofString()).body())
          .isEqualTo("3000000");
      var answers =
          Stream.generate(() -> client.sendAsync(get("/big?chunks=20"), BodyHandlers.ofByteArray()))
              .limit(20)
              .toList();
      for (var answer : answers) {
        assertThat(answer.join().body()).hasSize(20 * 64 * 1024);
      }
    }
  }

  @Test
  void takesAnUploadBesideOneThatItsInstanceLeaves() throws Exception {
    HttpClient client = client(HttpClient.Version.HTTP_2);
    try {
      assertThat(client.send(get("/"), BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      Endless body = new Endless();
      HttpRequest unread =
          HttpRequest.newBuilder(uri("/unread"))
              .POST(BodyPublishers.ofInputStream(() -> body))
              .build();
      var left = client.sendAsync(unread, BodyHandlers.ofString());
      await().pollInterval(Duration.ofMillis(300)).until(body::isLeft);
      var taken = client.sendAsync(post("/upload", new byte[3_000_000]), BodyHandlers.ofString());
      assertThat(taken.get(20, TimeUnit.SECONDS).body()).isEqualTo("3000000");
      assertThat(left).isNotDone();
    } finally {
      client.shutdownNow(); // a close would wait for the upload that is left
    }
  }

  @Test
  void presentsTheCertificateOfTheNameAskedFor() throws Exception {
    assertThat(presentedTo("orders.example.org")).contains("CN=orders.example.org");
    assertThat(presentedTo("localhost")).contains("CN=localhost");
    assertThat(presentedTo("unknown.example.org")).contains("CN=localhost");
  }

  @Test
  void refusesTlsOlderThan12() {
    assertThatThrownBy(() -> handshake("localhost", "TLSv1.1")).isInstanceOf(Exception.class);
  }

  @Test
  void takesNewCertificatesWithoutClosingConnectionsAndSurvivesBrokenOnes() throws Exception {
    try (HttpClient client = client(HttpClient.Version.HTTP_1_1)) {
      var slow = client.sendAsync(get("/slow?millis=6500"), BodyHandlers.ofString());
      Files.writeString(certificates.resolve("orders.crt"), "not a certificate");
      await().until(() -> presentedTo("localhost").contains("CN=localhost"));
      SelfSigned.write(certificates, "orders", "renewed.example.org");
      await().until(() -> presentedTo("renewed.example.org").contains("CN=renewed"));
      assertThat(slow.join().body()).isEqualTo("one");
    }
  }

  @Test
  void redirectsPlainRequestsWhereOnlyTlsIsWanted() throws Exception {
    rig.close();
    rig =
        new Rig(
            folder,
            "CERTIFICATES=" + certificates,
            "TLS_PORT=0",
            "TLS_ONLY=true",
            "STOP_SECONDS=1");
    HttpResponse<String> answer = rig.get("/orders?a=b");
    assertThat(answer.statusCode()).isEqualTo(308);
    assertThat(answer.headers().firstValue("Location"))
        .hasValue("https://localhost:" + rig.securePort() + "/orders?a=b");
  }

  @Test
  void doesNotStartWithACertificateWithoutKey() throws Exception {
    Files.delete(certificates.resolve("orders.key"));
    assertThatThrownBy(
            () -> new Rig(folder.resolve("other"), "CERTIFICATES=" + certificates, "TLS_PORT=0"))
        .hasStackTraceContaining("orders.key must hold the key of orders.crt");
  }

  private URI uri(String path) {
    return URI.create("https://localhost:" + rig.securePort() + path);
  }

  private HttpRequest get(String path) {
    return HttpRequest.newBuilder(uri(path)).build();
  }

  /** Of a length that is not told beforehand. */
  private HttpRequest post(String path, byte[] body) {
    return HttpRequest.newBuilder(uri(path))
        .POST(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(body)))
        .build();
  }

  private static HttpClient client(HttpClient.Version version) throws Exception {
    return HttpClient.newBuilder().version(version).sslContext(Trusting.everybody()).build();
  }

  private String presentedTo(String name) throws Exception {
    return handshake(name, "TLSv1.3");
  }

  private String handshake(String name, String protocol) throws Exception {
    try (SSLSocket socket =
        (SSLSocket)
            Trusting.everybody().getSocketFactory().createSocket("localhost", rig.securePort())) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName(name)));
      parameters.setProtocols(new String[] {protocol});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      X509Certificate seen = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return seen.getSubjectX500Principal().toString();
    }
  }

  /** A body that goes on for as long as somebody takes it. */
  private static final class Endless extends InputStream {
    private final AtomicLong taken = new AtomicLong();
    private long takenBefore;

    @Override
    public int read() {
      taken.incrementAndGet();
      return 'x';
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      taken.addAndGet(length);
      return length;
    }

    /** Nobody has taken anything since the last look. */
    boolean isLeft() {
      long before = takenBefore;
      takenBefore = taken.get();
      return before > 0 && before == takenBefore;
    }
  }
}
