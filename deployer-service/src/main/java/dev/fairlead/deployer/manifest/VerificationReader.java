package dev.fairlead.deployer.manifest;

import static dev.fairlead.deployer.manifest.Durations.between;

import dev.fairlead.deployer.manifest.EnvironmentSpec.HttpCheck;
import dev.fairlead.deployer.manifest.EnvironmentSpec.Verification;
import java.time.Duration;
import java.util.function.Function;

/** {@code verification}: what a release must show once it has traffic. */
final class VerificationReader {

  private VerificationReader() {}

  private static final Duration HOUR = Duration.ofHours(1);

  static Verification read(Section section) {
    Verification verification =
        new Verification(
            section.listOfSections("checks", VerificationReader::httpCheck),
            section.or("window", between(Duration.ZERO, HOUR), Duration.ofSeconds(10)),
            section.or("minimum-requests", Scalars.number(1, 1_000_000), 20),
            section.or("max-error-rate", Scalars::share, 0.01),
            section.or("max-p95", between(Duration.ofMillis(1), HOUR), Duration.ofMillis(500)));
    section.end();
    return verification;
  }

  private static HttpCheck httpCheck(Section section) {
    HttpCheck check =
        new HttpCheck(
            section.required("path", Scalars::absolutePath, "/"),
            section.or("status", Scalars.number(100, 599), 200),
            section.optional("body", Function.identity()).orElse(null),
            section.optional("max-latency", between(Duration.ofMillis(1), HOUR)).orElse(null));
    section.end();
    return check;
  }
}
