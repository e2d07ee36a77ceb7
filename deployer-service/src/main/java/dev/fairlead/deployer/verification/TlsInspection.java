package dev.fairlead.deployer.verification;

import dev.fairlead.deployer.manifest.Verification.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** Looks at a route as a browser does: its certificate, its protocols, and where plain ends. */
final class TlsInspection {

  private static final int PATIENCE_MILLIS = 5_000;
  private static final int LONGEST_HEAD = 16 << 10;

  private final Clock clock;

  TlsInspection(Clock clock) {
    this.clock = clock;
  }

  /**
   * Everything that is wrong.
   *
   * @throws IOException if nobody answers, or the authority cannot be read: then nothing is known
   */
  List<String> faults(Tls asked, String host) throws IOException {
    String address = Objects.requireNonNullElse(asked.address(), host);
    List<String> faults = new ArrayList<>();
    try {
      faults.addAll(faults(chain(address, asked.port(), host), asked, host));
      if (OldHello.isAccepted(connect(address, asked.port()), host)) {
        faults.add("TLS 1.1 or older is accepted, expected 1.2 or newer only");
      }
    } catch (SSLException e) {
      faults.add("there is no TLS: " + e.getMessage());
    }
    if (asked.redirectPort() != null) {
      notRedirected(address, asked.redirectPort(), host).ifPresent(faults::add);
    }
    return faults.stream()
        .map(fault -> "https://%s at %s:%d: %s".formatted(host, address, asked.port(), fault))
        .toList();
  }

  private List<String> faults(List<X509Certificate> chain, Tls asked, String host)
      throws IOException {
    ServerCertificate certificate = new ServerCertificate(chain);
    Instant now = clock.instant();
    List<String> faults = new ArrayList<>();
    if (!certificate.isFor(host)) {
      faults.add("the certificate is for %s".formatted(certificate.names()));
    }
    if (certificate.endsBefore(now.plus(Duration.ofDays(asked.daysLeft())))) {
      faults.add(
          "the certificate is good until %s, expected for %d more days"
              .formatted(certificate.end(), asked.daysLeft()));
    }
    if (!certificate.endsBefore(now)) {
      certificate.distrust(asked.authority()).ifPresent(faults::add);
    }
    return faults;
  }

  /** Whatever it is: only then is it judged. */
  private static List<X509Certificate> chain(String address, int port, String host)
      throws IOException {
    PresentedChain presented = new PresentedChain();
    Socket plain = connect(address, port);
    try (SSLSocket socket =
        (SSLSocket) context(presented).getSocketFactory().createSocket(plain, host, port, true)) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName(host)));
      socket.setSSLParameters(parameters);
      socket.startHandshake();
    } finally {
      plain.close();
    }
    return presented.chain();
  }

  private static SSLContext context(TrustManager manager) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {manager}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no TLS", e);
    }
  }

  private static Socket connect(String address, int port) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.connect(new InetSocketAddress(address, port), PATIENCE_MILLIS);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw new IOException("%s:%d: %s".formatted(address, port, e.getMessage()), e);
    }
  }

  private static Optional<String> notRedirected(String address, int port, String host)
      throws IOException {
    String head = head(address, port, host);
    String status = head.replaceFirst("^HTTP/1[.]\\d (\\d{3})[\\s\\S]*", "$1");
    boolean redirected =
        List.of("301", "302", "307", "308").contains(status)
            && head.toLowerCase(Locale.ROOT)
                .contains("\nlocation: https://" + host.toLowerCase(Locale.ROOT));
    return redirected
        ? Optional.empty()
        : Optional.of(
            "a plain request at port %d is answered with %s instead of being sent to https"
                .formatted(port, status.length() == 3 ? status : "no HTTP"));
  }

  /** By hand: a client library would ask the host itself, wherever its name leads. */
  private static String head(String address, int port, String host) throws IOException {
    try (Socket socket = connect(address, port)) {
      socket
          .getOutputStream()
          .write(
              "GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                  .formatted(host)
                  .getBytes(StandardCharsets.US_ASCII));
      InputStream answer = socket.getInputStream();
      StringBuilder head = new StringBuilder();
      for (int next = answer.read();
          next >= 0 && head.length() < LONGEST_HEAD && head.indexOf("\r\n\r\n") < 0;
          next = answer.read()) {
        head.append((char) next);
      }
      return head.toString();
    }
  }
}
