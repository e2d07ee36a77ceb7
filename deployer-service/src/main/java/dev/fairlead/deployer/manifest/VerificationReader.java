package dev.fairlead.deployer.manifest;

import static dev.fairlead.deployer.manifest.Durations.between;

import dev.fairlead.deployer.manifest.EnvironmentSpec.Database;
import dev.fairlead.deployer.manifest.Verification.DatabaseAssertion;
import dev.fairlead.deployer.manifest.Verification.HttpCheck;
import dev.fairlead.deployer.manifest.Verification.LoadCheck;
import dev.fairlead.deployer.manifest.Verification.LogScan;
import dev.fairlead.deployer.manifest.Verification.Margin;
import dev.fairlead.deployer.manifest.Verification.ResourceLimits;
import dev.fairlead.deployer.manifest.Verification.SecurityBaseline;
import dev.fairlead.deployer.manifest.Verification.Tls;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/** {@code verification}: what a release must show once it has traffic. */
final class VerificationReader {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration MILLISECOND = Duration.ofMillis(1);

  /** What the usual logging libraries of most languages write of what went wrong. */
  private static final String FAULTS = "\\b(ERROR|FATAL|SEVERE|PANIC)\\b";

  private VerificationReader() {}

  static Verification read(Section section, List<Database> databases) {
    Verification verification =
        new Verification(
            section.listOfSections("checks", VerificationReader::httpCheck),
            section.or("window", between(Duration.ZERO, HOUR), Duration.ofSeconds(10)),
            section.or("minimum-requests", Scalars.number(1, 1_000_000), 20),
            section.or("max-error-rate", Scalars::share, 0.01),
            section.or("max-p95", between(MILLISECOND, HOUR), Duration.ofMillis(500)),
            new Margin(
                section.or("max-error-rate-increase", Scalars::share, Margin.DEFAULT.errors()),
                section.or("max-p95-factor", Scalars::factor, Margin.DEFAULT.latency())),
            section.listOfSections("database", inner -> assertion(inner, databases)),
            section.has("security") ? security(section.section("security")) : null,
            section.has("load") ? load(section.section("load")) : null,
            section.has("logs") ? logs(section.section("logs")) : null,
            section.has("resources") ? resources(section.section("resources")) : null,
            section
                .optional(
                    "when-inconclusive", Scalars.oneOfWords(Map.of("hold", true, "proceed", false)))
                .orElse(null));
    section.end();
    return verification;
  }

  private static HttpCheck httpCheck(Section section) {
    HttpCheck check =
        new HttpCheck(
            section.required("path", Scalars::absolutePath, "/"),
            section.or("status", Scalars.number(100, 599), 200),
            section.optional("body", Function.identity()).orElse(null),
            section.optional("max-latency", between(MILLISECOND, HOUR)).orElse(null),
            section.texts("fields"),
            section.texts("headers"));
    check.fields().keySet().stream()
        .filter(pointer -> !pointer.startsWith("/"))
        .forEach(
            pointer ->
                section.violate(
                    "fields",
                    "'%s' is no JSON pointer; expected one such as /items/0/id"
                        .formatted(pointer)));
    section.end();
    return check;
  }

  private static DatabaseAssertion assertion(Section section, List<Database> databases) {
    String query = section.required("query", Scalars::filledText, "");
    String first = databases.isEmpty() ? "" : databases.getFirst().key();
    String database = section.or("database", Scalars::filledText, first);
    if (databases.stream().noneMatch(known -> known.key().equals(database))) {
      section.violate(
          "database", "'%s' is not among the databases of this manifest".formatted(database));
    }
    DatabaseAssertion assertion =
        new DatabaseAssertion(
            section.or("name", Scalars::filledText, query),
            database,
            query,
            section.required("expect", Function.identity(), ""),
            section.or("timeout", between(MILLISECOND, HOUR), Duration.ofSeconds(10)));
    section.end();
    return assertion;
  }

  private static @Nullable SecurityBaseline security(Section section) {
    SecurityBaseline baseline =
        new SecurityBaseline(
            section.or("path", Scalars::absolutePath, "/"),
            section.texts("headers"),
            section.list("auth-required", Scalars::absolutePath),
            section.has("tls") ? tls(section.section("tls")) : null);
    if (baseline.headers().isEmpty()
        && baseline.authRequired().isEmpty()
        && baseline.tls() == null) {
      section.violate("", "expected headers, auth-required, tls or several of them");
    }
    section.end();
    return baseline;
  }

  private static Tls tls(Section section) {
    Tls tls =
        new Tls(
            section.optional("address", Scalars::hostName).orElse(null),
            section.or("port", Scalars.number(1, 65_535), 443),
            section.or("days-left", Scalars.number(1, 365), 15),
            section.optional("redirect-port", Scalars.number(1, 65_535)).orElse(null),
            section.optional("authority", Scalars::absolutePath).orElse(null));
    section.end();
    return tls;
  }

  private static @Nullable LoadCheck load(Section section) {
    LoadCheck load =
        new LoadCheck(
            section.or("path", Scalars::absolutePath, "/"),
            section.or("users", Scalars.number(1, 1000), 50),
            section.or(
                "duration",
                between(Duration.ofMillis(100), Duration.ofMinutes(10)),
                Duration.ofSeconds(10)),
            section.or("max-p95", between(MILLISECOND, HOUR), Duration.ofMillis(500)),
            section.or("max-error-rate", Scalars::share, 0.01));
    section.end();
    return load;
  }

  private static @Nullable LogScan logs(Section section) {
    LogScan scan =
        new LogScan(
            section.or("pattern", Scalars::regularExpression, FAULTS),
            section.or("at-most", Scalars.number(0, 1_000_000), 0));
    section.end();
    return scan;
  }

  private static @Nullable ResourceLimits resources(Section section) {
    ResourceLimits limits =
        new ResourceLimits(
            section.optional("memory", Scalars::size).map(DataSize::toBytes).orElse(null),
            section.optional("processors", Scalars::processors).orElse(null),
            section.or(
                "window",
                between(Duration.ofMillis(100), Duration.ofMinutes(10)),
                Duration.ofSeconds(5)));
    if (limits.memoryBytes() == null && limits.processors() == null) {
      section.violate("", "expected memory, processors or both");
    }
    section.end();
    return limits;
  }
}
