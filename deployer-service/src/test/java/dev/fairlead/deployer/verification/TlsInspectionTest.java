package dev.fairlead.deployer.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.deployer.manifest.Verification.SecurityBaseline;
import dev.fairlead.deployer.manifest.Verification.Tls;
import dev.fairlead.deployer.runtime.Address;
import dev.fairlead.edge.EdgeProxy;
import dev.fairlead.edge.EdgeSettings;
import dev.fairlead.stack.Lifetime;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.Program;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What visitors of a route get over TLS, through the real edge proxy,")
class TlsInspectionTest {

  private static final String HOST = "orders.example.org";
  private static final int DAYS = 20;

  @TempDir private static Path folder;

  private static EdgeProxy strict;
  private static EdgeProxy lax;

  @BeforeAll
  static void start() throws IOException {
    Neighbours.require("openssl");
    certificate("default", HOST);
    certificate("wild", "*.shops.example.org");
    strict = edge("strict", true);
    lax = edge("lax", false);
  }

  @AfterAll
  static void stop() {
    if (strict != null) {
      strict.close();
      lax.close();
    }
  }

  @Test
  @DisplayName("is in order: the name, the authority, the days left, the redirect")
  void inOrder() throws Exception {
    assertThat(inspect(HOST, tls(strict.securePort(), 15, strict.trafficPort())))
        .isEqualTo(
            new Verdict.Passed(
                "security: 0 header(s) present, 0 path(s) closed to strangers, TLS in order"));
    assertThat(inspect("one.shops.example.org", tls(strict.securePort(), 15, null, "wild")))
        .isInstanceOf(Verdict.Passed.class);
  }

  @Test
  @DisplayName("is for another host")
  void otherHost() throws Exception {
    assertThat(inspect("a.one.shops.example.org", tls(strict.securePort(), 15, null)).evidence())
        .contains("the certificate is for [%s]".formatted(HOST));
    assertThat(inspect("nobody.example.org", tls(strict.securePort(), 15, null)))
        .isInstanceOf(Verdict.Failed.class);
  }

  @Test
  @DisplayName("will not last")
  void endsSoon() throws Exception {
    assertThat(inspect(HOST, tls(strict.securePort(), DAYS + 1, null)).evidence())
        .contains("the certificate is good until", "expected for 21 more days");
  }

  @Test
  @DisplayName("has ended")
  void ended() throws Exception {
    Clock later = Clock.offset(Clock.systemUTC(), Duration.ofDays(DAYS + 1));

    assertThat(new TlsInspection(later).faults(tls(strict.securePort(), 15, null), HOST).toString())
        .contains("the certificate is good until");
  }

  @Test
  @DisplayName("comes from an authority that nobody knows")
  void unknownAuthority() throws Exception {
    Tls asked = new Tls("127.0.0.1", strict.securePort(), 15, null, null);

    assertThat(inspect(HOST, asked).evidence()).contains("the certificate is not trusted");
  }

  @Test
  @DisplayName("is not what who asks without it is sent to")
  void notRedirected() throws Exception {
    assertThat(inspect(HOST, tls(lax.securePort(), 15, lax.trafficPort())).evidence())
        .containsPattern(
            "a plain request at port %d is answered with \\d+ instead of being sent to https"
                .formatted(lax.trafficPort()));
  }

  @Test
  @DisplayName("is nothing: plain HTTP is spoken there")
  void noTls() throws Exception {
    Verdict verdict = inspect(HOST, tls(lax.trafficPort(), 15, null));

    assertThat(verdict).isInstanceOf(Verdict.Failed.class);
    assertThat(verdict.evidence()).contains("there is no TLS");
  }

  @Test
  @DisplayName("cannot be told while nobody answers, or the authority cannot be read")
  void silent() throws Exception {
    assertThat(inspect(HOST, tls(Ports.free(), 15, null))).isInstanceOf(Verdict.Inconclusive.class);
    assertThat(
            inspect(
                HOST, new Tls("127.0.0.1", strict.securePort(), 15, null, folder + "/missing.pem")))
        .isInstanceOf(Verdict.Inconclusive.class);
  }

  @Test
  @DisplayName("may be TLS 1.1 with a server that is told to allow it")
  void oldProtocol() throws Exception {
    int port = Ports.free();
    Process server =
        Program.start(
            List.of(
                "openssl",
                "s_server",
                "-accept",
                "127.0.0.1:" + port,
                "-cert",
                folder.resolve("certificates/default.crt").toString(),
                "-key",
                folder.resolve("certificates/default.key").toString(),
                "-cipher",
                "ALL:@SECLEVEL=0",
                "-www"),
            Map.of(),
            folder,
            folder.resolve("openssl.log"),
            Lifetime.OF_THIS_JVM);
    try {
      await().atMost(Duration.ofSeconds(30)).until(() -> Ports.answers(port));
      assertThat(inspect(HOST, tls(port, 15, null)).evidence())
          .contains("TLS 1.1 or older is accepted, expected 1.2 or newer only");
    } finally {
      server.destroyForcibly();
    }
  }

  private static Verdict inspect(String host, Tls asked) throws InterruptedException {
    return new SecurityVerification(Clock.systemUTC())
        .verify(
            new SecurityBaseline("/", Map.of(), List.of(), asked),
            host,
            List.of(new Address("127.0.0.1", lax.trafficPort())));
  }

  private static Tls tls(int port, int days, @Nullable Integer redirectPort) {
    return tls(port, days, redirectPort, "default");
  }

  private static Tls tls(int port, int days, @Nullable Integer redirectPort, String certificate) {
    Path authority = folder.resolve("certificates/%s.crt".formatted(certificate));
    return new Tls("127.0.0.1", port, days, redirectPort, authority.toString());
  }

  private static EdgeProxy edge(String name, boolean tlsOnly) throws IOException {
    return EdgeProxy.start(
        EdgeSettings.from(
            Map.of(
                "FAIRLEAD_EDGE_PORT", "0",
                "FAIRLEAD_EDGE_ADMIN_PORT", "0",
                "FAIRLEAD_EDGE_TLS_PORT", "0",
                "FAIRLEAD_EDGE_CERTIFICATES", folder.resolve("certificates").toString(),
                "FAIRLEAD_EDGE_TLS_ONLY", Boolean.toString(tlsOnly),
                "FAIRLEAD_EDGE_STATE", folder.resolve(name + ".json").toString(),
                "FAIRLEAD_EDGE_TOKEN", "edge-token-of-the-tests")));
  }

  private static void certificate(String name, String host) throws IOException {
    Path certificates = Files.createDirectories(folder.resolve("certificates"));
    boolean made =
        Program.succeeds(
            List.of(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                Integer.toString(DAYS),
                "-subj",
                "/CN=" + host,
                "-addext",
                "subjectAltName=DNS:" + host,
                "-keyout",
                certificates.resolve(name + ".key").toString(),
                "-out",
                certificates.resolve(name + ".crt").toString()));
    assertThat(made).as("certificate for " + host).isTrue();
  }
}
