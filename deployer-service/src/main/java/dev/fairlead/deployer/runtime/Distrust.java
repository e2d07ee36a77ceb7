package dev.fairlead.deployer.runtime;

import java.net.ConnectException;
import java.net.SocketException;
import java.security.cert.CertificateExpiredException;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Why an engine and the deployer cannot talk, in words that say which certificate to look at. */
final class Distrust {

  private Distrust() {}

  /**
   * @param handshake to ask again with, where there is TLS
   */
  static String explained(RuntimeException failure, Optional<Handshake> handshake) {
    return trouble(failure)
        .or(() -> hungUp(failure) ? refusal(handshake) : Optional.empty())
        .orElseGet(() -> failure.getMessage() + "; is it running?");
  }

  private static boolean hungUp(Throwable failure) {
    return causes(failure)
        .anyMatch(
            cause -> cause instanceof SocketException && !(cause instanceof ConnectException));
  }

  private static Optional<String> refusal(Optional<Handshake> handshake) {
    return handshake.flatMap(Handshake::refusal).map(Distrust::said);
  }

  private static Optional<String> trouble(Throwable failure) {
    if (causes(failure).anyMatch(CertificateExpiredException.class::isInstance)) {
      return Optional.of("its certificate has expired; give dockerd a new one (--tlscert)");
    }
    return causes(failure)
        .filter(SSLException.class::isInstance)
        .map(cause -> said((SSLException) cause))
        .findFirst();
  }

  private static String said(SSLException trouble) {
    String words = String.valueOf(trouble.getMessage());
    return trouble instanceof SSLPeerUnverifiedException
        ? "its certificate is for another address (%s); make one with that address as subjectAltName"
            .formatted(words)
        : said(words);
  }

  private static String said(String words) {
    if (words.contains("certification path") || words.contains("path validation")) {
      return "its certificate is not signed by ca.pem of that host's certificates; take the CA that signed dockerd's --tlscert";
    }
    return words.contains("alert") || words.equals(Handshake.HANGS_UP)
        ? ofUs(words)
        : "no TLS connection: %s; see that dockerd listens there with --tlsverify".formatted(words);
  }

  private static String ofUs(String words) {
    return "it refuses our certificate cert.pem (%s); have it signed by the CA that dockerd knows as --tlscacert, and see that it has not expired"
        .formatted(words);
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause).limit(20);
  }
}
