package dev.fairlead.edge.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.edge.App;
import dev.fairlead.edge.Rig;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/2 clients that begin requests only to take them back (CVE-2023-44487). */
class RapidResetTest {
  private static final int REQUESTS = 3_000;

  @TempDir Path folder;

  @Test
  void closesTheConnectionAndServesOthers() throws Exception {
    Path certificates = Files.createDirectory(folder.resolve("certificates"));
    SelfSigned.write(certificates, "default", "localhost");
    Vertx vertx = Vertx.vertx();
    try (Rig rig =
        new Rig(folder, "CERTIFICATES=" + certificates, "TLS_PORT=0", "STOP_SECONDS=1")) {
      App app = rig.app("one");
      rig.route(app);
      AtomicInteger closed = new AtomicInteger();

      HttpClient client = client(vertx, closed);
      attack(client, rig.securePort());

      await().until(() -> closed.get() > 0);
      client.close().await(); // one that nobody holds any more is closed in mid-attack
      await().until(() -> rig.status(app).path("inFlight").asInt() == 0);
      assertThat(rig.get("/").body()).isEqualTo("one");
    } finally {
      vertx.close().await();
    }
  }

  /**
   * @param closed counts connections that the proxy ended
   */
  private static HttpClient client(Vertx vertx, AtomicInteger closed) {
    return vertx
        .httpClientBuilder()
        .with(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setUseAlpn(true)
                .setSsl(true)
                .setTrustAll(true)
                .setVerifyHost(false))
        .withConnectHandler(
            connection -> connection.closeHandler(ignored -> closed.incrementAndGet()))
        .build();
  }

  private static void attack(HttpClient client, int port) {
    for (int i = 0; i < REQUESTS; i++) {
      client
          .request(HttpMethod.GET, port, "localhost", "/slow?millis=60000")
          .onSuccess(request -> request.end().onComplete(sent -> request.reset()));
    }
  }
}
