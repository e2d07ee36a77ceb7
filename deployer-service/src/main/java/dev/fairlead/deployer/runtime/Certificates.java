package dev.fairlead.deployer.runtime;

import com.github.dockerjava.core.LocalDirectorySSLConfig;
import com.github.dockerjava.transport.SSLConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A folder with what mutual TLS needs, named as Docker itself names it: {@code ca.pem}, {@code
 * cert.pem}, {@code key.pem}.
 */
public record Certificates(Path folder) {

  private static final List<String> FILES = List.of("ca.pem", "cert.pem", "key.pem");

  /**
   * @throws RuntimeFailure when they cannot serve now, with the file that is to blame
   */
  public SSLConfig load(Instant now) {
    for (String name : FILES) {
      if (!Files.isReadable(folder.resolve(name))) {
        throw unusable(name, "is missing or unreadable; expected PEM, readable for the deployer");
      }
    }
    Instant end = certificate("cert.pem").getNotAfter().toInstant();
    if (end.isBefore(now)) {
      throw unusable("cert.pem", "has expired at %s; have a new one signed".formatted(end));
    }
    certificate("ca.pem");
    SSLConfig configuration = new LocalDirectorySSLConfig(folder.toString());
    try {
      configuration.getSSLContext();
    } catch (Exception e) { // declared by the library, and most of them wrapped
      throw new RuntimeFailure(
          "the certificates in %s cannot be used: %s; key.pem must be the unencrypted key of cert.pem"
              .formatted(folder, e.getMessage()),
          e);
    }
    return configuration;
  }

  /** Another text when a file was written or replaced. */
  String stamp() {
    return FILES.stream().map(this::stamp).collect(Collectors.joining(" "));
  }

  private String stamp(String name) {
    try {
      BasicFileAttributes file =
          Files.readAttributes(folder.resolve(name), BasicFileAttributes.class);
      return "%s:%d:%s".formatted(file.lastModifiedTime(), file.size(), file.fileKey());
    } catch (IOException absent) {
      return "none";
    }
  }

  private X509Certificate certificate(String name) {
    try (InputStream pem = Files.newInputStream(folder.resolve(name))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
    } catch (IOException | CertificateException e) {
      throw unusable(
          name, "is no certificate in PEM: %s; put the right file there".formatted(e.getMessage()));
    }
  }

  private RuntimeFailure unusable(String name, String why) {
    return new RuntimeFailure("%s %s".formatted(folder.resolve(name), why));
  }
}
