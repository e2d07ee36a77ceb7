package dev.fairlead.deployer.manifest;

import static dev.fairlead.deployer.manifest.Durations.between;

import dev.fairlead.deployer.manifest.EnvironmentSpec.Backup;
import dev.fairlead.deployer.manifest.EnvironmentSpec.Database;
import dev.fairlead.deployer.manifest.EnvironmentSpec.Health;
import dev.fairlead.deployer.manifest.EnvironmentSpec.HttpCheck;
import dev.fairlead.deployer.manifest.EnvironmentSpec.Probe;
import dev.fairlead.deployer.manifest.EnvironmentSpec.Route;
import dev.fairlead.deployer.manifest.EnvironmentSpec.Tests;
import dev.fairlead.deployer.manifest.EnvironmentSpec.Verification;
import dev.fairlead.deployer.rollout.Strategy;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DecisionId;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Place;
import dev.fairlead.events.ProbeKind;
import dev.fairlead.events.SecretReference;
import dev.fairlead.events.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** From YAML to {@link Manifest}. Each environment is the base with its overrides merged in. */
final class ManifestReader {

  private static final ApplicationName UNNAMED = new ApplicationName("unnamed");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);

  private final Function<String, @Nullable String> variables;
  private final List<Violation> violations = new ArrayList<>();

  ManifestReader(Function<String, @Nullable String> variables) {
    this.variables = variables;
  }

  Manifest read(String yaml) {
    Optional<Manifest> manifest = Yaml.parse(yaml, violations).map(this::manifest);
    if (manifest.isEmpty() || !violations.isEmpty()) {
      // the base of every environment is read once for each of them
      throw new InvalidManifest(List.copyOf(new LinkedHashSet<>(violations)));
    }
    return manifest.get();
  }

  private Manifest manifest(Yaml.Mapping document) {
    Section top = new Section("", document, violations);
    ApplicationName application = top.required("application", ApplicationName::new, UNNAMED);
    List<EnvironmentSpec> specs = new ArrayList<>();
    if (document.entries().get("environments") instanceof Yaml.Mapping environments
        && !environments.entries().isEmpty()) {
      environments
          .entries()
          .forEach(
              (name, overrides) ->
                  environmentName(top, name)
                      .map(valid -> spec(application, valid, document, overrides))
                      .ifPresent(specs::add));
    } else {
      top.violate("environments", "expected a mapping with at least one environment");
    }
    return new Manifest(application, List.copyOf(specs));
  }

  private static Optional<EnvironmentName> environmentName(Section top, String name) {
    try {
      return Optional.of(new EnvironmentName(name));
    } catch (IllegalArgumentException e) {
      top.violate("environments", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private EnvironmentSpec spec(
      ApplicationName application, EnvironmentName environment, Yaml.Mapping base, Yaml overrides) {
    Yaml.Mapping merged =
        switch (overrides) {
          case Yaml.Mapping mapping -> {
            refuse(mapping, environment, "application", "team", "environments");
            yield base.without("environments").overriddenBy(mapping);
          }
          case Yaml.Scalar(String text, int _) when text.isEmpty() -> base.without("environments");
          case Yaml other -> {
            violations.add(
                new Violation(
                    "environments." + environment,
                    other.line(),
                    "expected a mapping of overrides, found " + other.kind()));
            yield base.without("environments");
          }
        };
    Place place = new Place(application, environment);
    Section section = new Section("", filled(merged, place), violations);
    section.has("application");
    section.has("environments");
    EnvironmentSpec spec = spec(place, section);
    section.end();
    return spec;
  }

  private void refuse(Yaml.Mapping overrides, EnvironmentName environment, String... keys) {
    for (String key : keys) {
      Yaml found = overrides.entries().get(key);
      if (found != null) {
        violations.add(
            new Violation(
                "environments.%s.%s".formatted(environment, key),
                found.line(),
                "cannot differ between environments"));
      }
    }
  }

  private Yaml.Mapping filled(Yaml.Mapping merged, Place place) {
    return (Yaml.Mapping) filled(merged, place, "");
  }

  private Yaml filled(Yaml yaml, Place place, String path) {
    return switch (yaml) {
      case Yaml.Mapping mapping ->
          mapping.mapped((key, value) -> filled(value, place, at(path, key)));
      case Yaml.Listing listing -> listing.mapped(item -> filled(item, place, path));
      case Yaml.Scalar(String text, int line) -> {
        Placeholders placeholders = new Placeholders(variables);
        String full =
            placeholders.fill(text, place.application().value(), place.environment().value());
        placeholders
            .missing()
            .forEach(
                name ->
                    violations.add(
                        new Violation(
                            path,
                            line,
                            "${%s} is not set in the deployer's environment; set it, or write ${%s:-otherwise}"
                                .formatted(name, name))));
        yield new Yaml.Scalar(full, line);
      }
    };
  }

  private static String at(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private EnvironmentSpec spec(Place place, Section top) {
    RuntimeKind runtime = top.or("runtime", ManifestReader::runtimeKind, RuntimeKind.PROCESS);
    ArtifactSource artifact = artifact(top.section("artifact"), runtime);
    List<String> command = top.list("command", Function.identity());
    if (command.isEmpty() && runtime == RuntimeKind.PROCESS) {
      top.violate("command", "is missing; a process needs one, such as [java, -jar, orders.jar]");
    }
    List<Database> databases = databases(place, top.section("databases"));
    Section alerts = top.section("alerts");
    Map<String, String> labels = alerts.texts("labels");
    alerts.end();
    Section retention = top.section("retention");
    int releases = retention.or("releases", number(1, 100), 5);
    retention.end();
    return new EnvironmentSpec(
        place,
        top.optional("team", Function.identity()).orElse(null),
        runtime,
        artifact,
        command,
        top.optional("port", number(1, 65_535)).orElse(null),
        top.or("replicas", number(1, 100), 1),
        health(top.section("health")),
        strategy(top.section("strategy")),
        top.or("drain", between(Duration.ZERO, HOUR), Duration.ofSeconds(30)),
        top.or("deadline", between(Duration.ofSeconds(5), DAY), Duration.ofMinutes(15)),
        top.or("bake", between(Duration.ZERO, DAY.multipliedBy(7)), Duration.ofMinutes(10)),
        route(top.section("route")),
        variables(top),
        databases,
        tests(top),
        verification(top.section("verification")),
        probes(top.section("probes"), databases),
        labels,
        top.list("decisions", DecisionId::new),
        releases,
        approval(top));
  }

  private static ArtifactSource artifact(Section section, RuntimeKind runtime) {
    String wanted = runtime == RuntimeKind.PROCESS ? "archive" : "image";
    Optional<String> kind = section.oneOf("archive", "image");
    kind.filter(found -> !found.equals(wanted))
        .ifPresent(
            found ->
                section.violate(
                    found,
                    "runtime %s runs an %s"
                        .formatted(runtime == RuntimeKind.PROCESS ? "process" : "docker", wanted)));
    String pattern = kind.map(k -> section.required(k, ManifestReader::filledText, "")).orElse("");
    section.end();
    return runtime == RuntimeKind.PROCESS
        ? new ArtifactSource.Archive(pattern)
        : new ArtifactSource.Image(pattern);
  }

  private static Health health(Section section) {
    Health health =
        new Health(
            section.or("path", ManifestReader::absolutePath, "/health"),
            section.or("interval", between(Duration.ofMillis(50), HOUR), Duration.ofMillis(500)),
            section.or("timeout", between(Duration.ofMillis(50), HOUR), Duration.ofSeconds(2)),
            section.or("stay-healthy", between(Duration.ZERO, HOUR), Duration.ofSeconds(5)),
            section.or("within", between(Duration.ofSeconds(1), HOUR), Duration.ofSeconds(60)));
    if (health.within().compareTo(health.stayHealthy()) <= 0) {
      section.violate(
          "within",
          "%s leaves no time to stay healthy for %s"
              .formatted(
                  Durations.written(health.within()), Durations.written(health.stayHealthy())));
    }
    section.end();
    return health;
  }

  private static Strategy strategy(Section section) {
    Strategy strategy;
    if (section.has("blue-green")) {
      section.oneOf("rolling", "blue-green");
      section.section("blue-green").end();
      strategy = new Strategy.BlueGreen();
    } else {
      Section rolling = section.section("rolling");
      strategy = new Strategy.Rolling(rolling.or("batch", number(1, 100), 1));
      rolling.end();
    }
    section.end();
    return strategy;
  }

  private static Route route(Section section) {
    Route route =
        new Route(
            section.required("host", ManifestReader::hostName, ""),
            section.or("path", ManifestReader::absolutePath, "/"));
    section.end();
    return route;
  }

  private static Map<String, String> variables(Section top) {
    Map<String, String> variables = top.texts("environment");
    variables.forEach(
        (name, value) -> {
          if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            top.violate(
                "environment",
                "'%s' is no variable's name; expected letters, digits, '_'".formatted(name));
          }
          if (value.startsWith("secret:")) {
            try {
              new SecretReference(value);
            } catch (IllegalArgumentException e) {
              top.violate("environment", "%s: %s".formatted(name, e.getMessage()));
            }
          }
        });
    return variables;
  }

  private static List<Database> databases(Place place, Section section) {
    return List.copyOf(section.eachSection((key, inner) -> database(place, key, inner)).values());
  }

  private static Database database(Place place, String key, Section section) {
    Section backup = section.section("backup");
    Database database =
        new Database(
            key,
            databaseId(place, key, section),
            section.or("host", ManifestReader::filledText, "localhost"),
            section.or("port", number(1, 65_535), 5432),
            section.required("name", ManifestReader::filledText, ""),
            section.required("username", ManifestReader::filledText, ""),
            section.optional("password", SecretReference::new).orElse(null),
            section.optional("migrations", ManifestReader::filledText).orElse(null),
            new Backup(
                backup.or("before-deploy", ManifestReader::yesOrNo, true),
                backup.optional("schedule", ManifestReader::filledText).orElse(null),
                backup.optional("keep-days", number(1, 3650)).orElse(null)));
    backup.end();
    section.end();
    return database;
  }

  private static DatabaseId databaseId(Place place, String key, Section section) {
    try {
      return new DatabaseId("%s/%s".formatted(place, key));
    } catch (IllegalArgumentException e) {
      section.violate("", String.valueOf(e.getMessage()));
      return new DatabaseId("%s/unnamed".formatted(place));
    }
  }

  private static @Nullable Tests tests(Section top) {
    if (!top.has("tests")) {
      return null;
    }
    Section section = top.section("tests");
    List<String> command = section.list("command", Function.identity());
    if (command.isEmpty()) {
      section.violate("command", "is missing");
    }
    Tests tests =
        new Tests(
            command,
            section.or("timeout", between(Duration.ofSeconds(1), DAY), Duration.ofMinutes(5)));
    section.end();
    return tests;
  }

  private static Verification verification(Section section) {
    Verification verification =
        new Verification(
            section.listOfSections("checks", ManifestReader::httpCheck),
            section.or("window", between(Duration.ZERO, HOUR), Duration.ofSeconds(10)),
            section.or("minimum-requests", number(1, 1_000_000), 20),
            section.or("max-error-rate", ManifestReader::share, 0.01),
            section.or("max-p95", between(Duration.ofMillis(1), HOUR), Duration.ofMillis(500)));
    section.end();
    return verification;
  }

  private static HttpCheck httpCheck(Section section) {
    HttpCheck check =
        new HttpCheck(
            section.required("path", ManifestReader::absolutePath, "/"),
            section.or("status", number(100, 599), 200),
            section.optional("body", Function.identity()).orElse(null),
            section.optional("max-latency", between(Duration.ofMillis(1), HOUR)).orElse(null));
    section.end();
    return check;
  }

  private static List<Probe> probes(Section section, List<Database> databases) {
    return List.copyOf(section.eachSection((key, inner) -> probe(key, inner, databases)).values());
  }

  private static Probe probe(String key, Section section, List<Database> databases) {
    String kind = section.oneOf("path", "url", "tcp", "database").orElse("path");
    String at = section.optional(kind, ManifestReader::filledText).orElse("");
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
            section.optional("status", number(100, 599)).orElse(null),
            section.optional("body", Function.identity()).orElse(null),
            section.optional("query", ManifestReader::filledText).orElse(null),
            section.or("severity", ManifestReader::severity, Severity.CRITICAL),
            section.or("failures", number(1, 100), 3),
            section.or("within", between(Duration.ofSeconds(1), DAY), Duration.ofMinutes(2)),
            section.or("recover-after", number(1, 100), 2));
    section.end();
    return probe;
  }

  private static ApprovalPolicy approval(Section top) {
    boolean required =
        top.or("approval", oneOfWords(Map.of("none", false, "required", true)), false);
    return new ApprovalPolicy(
        required,
        top.or("approval-expires", between(Duration.ofSeconds(1), DAY.multipliedBy(30)), DAY));
  }

  private static RuntimeKind runtimeKind(String text) {
    return oneOfWords(Map.of("process", RuntimeKind.PROCESS, "docker", RuntimeKind.DOCKER))
        .apply(text);
  }

  private static Severity severity(String text) {
    return oneOfWords(
            Map.of(
                "critical", Severity.CRITICAL,
                "error", Severity.ERROR,
                "warning", Severity.WARNING,
                "info", Severity.INFO))
        .apply(text);
  }

  private static boolean yesOrNo(String text) {
    return oneOfWords(Map.of("true", true, "false", false)).apply(text);
  }

  private static <T> Function<String, T> oneOfWords(Map<String, T> words) {
    return text -> {
      T value = words.get(text);
      if (value == null) {
        throw new IllegalArgumentException(
            "found '%s', expected %s"
                .formatted(text, String.join(" or ", words.keySet().stream().sorted().toList())));
      }
      return value;
    };
  }

  private static Function<String, Integer> number(int least, int most) {
    return text -> {
      if (text.matches("-?\\d{1,9}")) {
        int number = Integer.parseInt(text);
        if (number >= least && number <= most) {
          return number;
        }
      }
      throw new IllegalArgumentException(
          "found '%s', expected a number from %d to %d".formatted(text, least, most));
    };
  }

  /** {@code 1%} or {@code 0.01}. */
  private static double share(String text) {
    if (text.matches("\\d{1,3}(\\.\\d{1,6})?%?")) {
      double value =
          text.endsWith("%")
              ? Double.parseDouble(text.substring(0, text.length() - 1)) / 100
              : Double.parseDouble(text);
      if (value <= 1) {
        return value;
      }
    }
    throw new IllegalArgumentException(
        "found '%s', expected a share such as 1%% or 0.01".formatted(text));
  }

  private static String filledText(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("is empty");
    }
    return text;
  }

  private static String absolutePath(String text) {
    if (!text.startsWith("/") || text.contains(" ")) {
      throw new IllegalArgumentException(
          "found '%s', expected a path that begins with /".formatted(text));
    }
    return text;
  }

  private static String hostName(String text) {
    if (!text.matches("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")) {
      throw new IllegalArgumentException(
          "found '%s', expected a host name such as orders.example.org".formatted(text));
    }
    return text;
  }
}
