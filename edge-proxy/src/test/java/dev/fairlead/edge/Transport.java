package dev.fairlead.edge;

import dev.fairlead.edge.tls.SelfSigned;
import dev.fairlead.edge.tls.Trusting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** How the clients of a test speak to the proxy. */
public enum Transport {
  HTTP_1(HttpClient.Version.HTTP_1_1),
  HTTPS(HttpClient.Version.HTTP_1_1),
  /** Over TLS, agreed by ALPN; all requests of a client share one connection. */
  HTTP_2(HttpClient.Version.HTTP_2);

  private final HttpClient.Version version;

  Transport(HttpClient.Version version) {
    this.version = version;
  }

  public boolean isSecure() {
    return this != HTTP_1;
  }

  /** What a proxy needs to be reached this way; certificates are made where there are none. */
  Map<String, String> settings(Path folder) {
    if (!isSecure()) {
      return Map.of();
    }
    return Map.of(
        "FAIRLEAD_EDGE_CERTIFICATES",
        certificates(folder).toString(),
        "FAIRLEAD_EDGE_TLS_PORT",
        "0");
  }

  private static Path certificates(Path folder) {
    Path certificates = folder.resolve("certificates");
    try {
      if (!Files.exists(certificates)) {
        Files.createDirectory(certificates);
        for (Path file :
            List.of(Made.FOLDER.resolve("default.crt"), Made.FOLDER.resolve("default.key"))) {
          Files.copy(file, certificates.resolve(file.getFileName()));
        }
      }
      return certificates;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One certificate for all tests: keytool takes seconds. */
  private static final class Made {
    static final Path FOLDER = make();

    private static Path make() {
      try {
        Path folder = Files.createTempDirectory("edge-certificate-");
        SelfSigned.write(folder, "default", "localhost");
        return folder;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** A client that trusts everybody. */
  public HttpClient client() {
    return HttpClient.newBuilder()
        .version(version)
        .sslContext(Trusting.everybody())
        .connectTimeout(Duration.ofSeconds(30)) // with the handshake, on a busy machine
        .build();
  }

  URI uri(String scheme, int plainPort, int securePort, String path) {
    return URI.create(
        "%s%s://localhost:%d%s"
            .formatted(scheme, isSecure() ? "s" : "", isSecure() ? securePort : plainPort, path));
  }

  /** A connection on which a test speaks HTTP/1.1 itself. */
  Socket connect(URI proxy) throws IOException {
    return isSecure()
        ? Trusting.everybody().getSocketFactory().createSocket(proxy.getHost(), proxy.getPort())
        : new Socket(proxy.getHost(), proxy.getPort());
  }

  /** That a client spoke as it was meant to. */
  boolean spoken(HttpResponse<?> answer) {
    return answer.version() == version;
  }
}
