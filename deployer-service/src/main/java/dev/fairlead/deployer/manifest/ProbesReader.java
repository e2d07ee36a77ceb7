package dev.fairlead.deployer.manifest;

import static dev.fairlead.deployer.manifest.Durations.between;

import dev.fairlead.deployer.manifest.EnvironmentSpec.Database;
import dev.fairlead.deployer.manifest.EnvironmentSpec.Probe;
import dev.fairlead.events.ProbeKind;
import dev.fairlead.events.Severity;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** {@code probes}: what the health service watches. */
final class ProbesReader {

  private ProbesReader() {}

  private static final Duration DAY = Duration.ofDays(1);

  static List<Probe> read(Section section, List<Database> databases) {
    return List.copyOf(section.eachSection((key, inner) -> probe(key, inner, databases)).values());
  }

  private static Probe probe(String key, Section section, List<Database> databases) {
    String kind = section.oneOf("path", "url", "tcp", "database").orElse("path");
    String at = section.optional(kind, Scalars::filledText).orElse("");
    if (kind.equals("database") && databases.stream().noneMatch(d -> d.key().equals(at))) {
      section.violate("database", "'%s' is not among the databases of this manifest".formatted(at));
    }
    Probe probe =
        new Probe(
            key,
            switch (kind) {
              case "tcp" -> ProbeKind.TCP;
              case "database" -> ProbeKind.POSTGRESQL;
              default -> ProbeKind.HTTP;
            },
            at,
            section.or("every", between(Duration.ofSeconds(1), DAY), Duration.ofSeconds(10)),
            section.or(
                "timeout",
                between(Duration.ofMillis(1), Duration.ofMinutes(1)),
                Duration.ofSeconds(5)),
            section.optional("status", Scalars.number(100, 599)).orElse(null),
            section.optional("body", Function.identity()).orElse(null),
            section.optional("query", Scalars::filledText).orElse(null),
            section.or("severity", ProbesReader::severity, Severity.CRITICAL),
            section.or("failures", Scalars.number(1, 100), 3),
            section.or("within", between(Duration.ofSeconds(1), DAY), Duration.ofMinutes(2)),
            section.or("recover-after", Scalars.number(1, 100), 2));
    section.end();
    return probe;
  }

  private static Severity severity(String text) {
    return Scalars.oneOfWords(
            Map.of(
                "critical", Severity.CRITICAL,
                "error", Severity.ERROR,
                "warning", Severity.WARNING,
                "info", Severity.INFO))
        .apply(text);
  }
}
