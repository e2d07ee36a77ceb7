package dev.fairlead.deployer.runtime;

import com.github.dockerjava.transport.SSLConfig;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificates of a host as they lie in their folder now: they are read again when a file has
 * changed. New ones that cannot serve leave the ones before in place.
 */
public final class CurrentCertificates {

  private static final Logger log = LoggerFactory.getLogger(CurrentCertificates.class);

  private final Certificates files;
  private final Clock clock;
  private String stamp;
  private Reading latest;

  public CurrentCertificates(Certificates files, Clock clock) {
    this.files = files;
    this.clock = clock;
    this.stamp = files.stamp();
    this.latest = read();
  }

  /**
   * @param tls absent while there never were good ones
   * @param trouble why, for people
   */
  private record Reading(Optional<SSLConfig> tls, String trouble) {}

  /** To talk with; the same object until the files change. Empty while there is none. */
  Optional<SSLConfig> tls() {
    return current().tls();
  }

  /** While there are none: what every Java program trusts and sends. */
  SSLContext context() {
    SSLConfig known = tls().orElse(SSLContext::getDefault);
    try {
      return known.getSSLContext();
    } catch (GeneralSecurityException e) {
      throw new RuntimeFailure(
          "the certificates in %s cannot be used: %s".formatted(files.folder(), e.getMessage()), e);
    }
  }

  /** Why there are none; empty while there are. */
  public Optional<String> trouble() {
    Reading current = current();
    return current.tls().isPresent() ? Optional.empty() : Optional.of(current.trouble());
  }

  private synchronized Reading current() {
    String now = files.stamp();
    if (!now.equals(stamp)) {
      stamp = now;
      Reading next = read();
      if (next.tls().isPresent() || latest.tls().isEmpty()) {
        latest = next;
      }
      log.info(
          "certificates={} state={} reason=\"{}\"",
          files.folder(),
          next.tls().isPresent() ? "renewed" : "unusable",
          next.trouble());
    }
    return latest;
  }

  private Reading read() {
    try {
      return new Reading(Optional.of(files.load(clock.instant())), "");
    } catch (RuntimeFailure e) {
      return new Reading(Optional.empty(), String.valueOf(e.getMessage()));
    }
  }
}
