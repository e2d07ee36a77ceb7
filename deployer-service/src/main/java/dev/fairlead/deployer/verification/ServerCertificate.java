package dev.fairlead.deployer.verification;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificate of a server.
 *
 * @param chain it comes first
 */
record ServerCertificate(List<X509Certificate> chain) {

  /** RFC 5280, 4.2.1.6: DNS names and addresses among the alternative names. */
  private static final List<Integer> KINDS_OF_NAMES = List.of(2, 7);

  /** The key exchange matters to nobody but old key usages: this is what TLS 1.3 says, too. */
  private static final String ANY_KEY_EXCHANGE = "UNKNOWN";

  Instant end() {
    return chain.getFirst().getNotAfter().toInstant();
  }

  boolean endsBefore(Instant moment) {
    return end().isBefore(moment);
  }

  boolean isFor(String host) {
    return names().stream().anyMatch(name -> covers(name, host));
  }

  /** RFC 6125, 6.4.3: a star stands for exactly the first label. */
  private static boolean covers(String name, String host) {
    int dot = host.indexOf('.');
    return name.equalsIgnoreCase(host)
        || (name.startsWith("*.")
            && dot > 0
            && name.substring(1).equalsIgnoreCase(host.substring(dot)));
  }

  List<String> names() {
    try {
      return Optional.ofNullable(chain.getFirst().getSubjectAlternativeNames()).stream()
          .flatMap(Collection::stream)
          .filter(name -> KINDS_OF_NAMES.contains(name.getFirst()))
          .map(name -> String.valueOf(name.getLast()))
          .toList();
    } catch (CertificateParsingException unreadable) {
      return List.of();
    }
  }

  /**
   * Why it is not trusted.
   *
   * @param authority file with the certificates that are; those of the JVM when absent
   * @throws IOException if that file cannot be read
   */
  Optional<String> distrust(@Nullable String authority) throws IOException {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(authority == null ? null : read(Path.of(authority)));
      X509TrustManager trust = (X509TrustManager) factory.getTrustManagers()[0];
      trust.checkServerTrusted(chain.toArray(X509Certificate[]::new), ANY_KEY_EXCHANGE);
      return Optional.empty();
    } catch (CertificateException e) {
      return Optional.of("the certificate is not trusted: " + e.getMessage());
    } catch (GeneralSecurityException e) {
      throw new IOException("no certificate can be judged: " + e.getMessage(), e);
    }
  }

  private static KeyStore read(Path authority) throws IOException {
    try (InputStream file = Files.newInputStream(authority)) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(file)) {
        trusted.setCertificateEntry("authority-" + trusted.size(), one);
      }
      return trusted;
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "the authority %s cannot be read: %s".formatted(authority, e.getMessage()), e);
    }
  }

  ServerCertificate {
    Objects.requireNonNull(chain.getFirst());
  }
}
