package dev.fairlead.deployer.manifest;

import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Place;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** From YAML to {@link Manifest}. Each environment is the base with its overrides merged in. */
final class ManifestReader {

  private static final ApplicationName UNNAMED = new ApplicationName("unnamed");

  private final HostValues host;
  private final List<Violation> violations = new ArrayList<>();
  private final Section.Reading reading = new Section.Reading(violations, new TreeSet<>());

  ManifestReader(HostValues host) {
    this.host = host;
  }

  Manifest read(String yaml) {
    Optional<Manifest> manifest = Yaml.parse(yaml, violations).map(this::manifest);
    if (manifest.isEmpty() || !violations.isEmpty()) {
      // the base of every environment is read once for each of them
      throw new InvalidManifest(List.copyOf(new LinkedHashSet<>(violations)));
    }
    return manifest.get();
  }

  /** Every key that it has asked for so far. */
  Set<String> keys() {
    return reading.keys();
  }

  private Manifest manifest(Yaml.Mapping document) {
    Section top = new Section(document, reading);
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
            // a strategy is one choice: another one replaces it, and is not mixed with it
            Yaml.Mapping kept =
                mapping.entries().containsKey("strategy") ? base.without("strategy") : base;
            yield kept.without("environments").overriddenBy(mapping);
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
    Section section = new Section(filled(merged, place), reading);
    section.has("application");
    section.has("environments");
    EnvironmentSpec spec = EnvironmentReader.read(place, section);
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
        Placeholders placeholders = new Placeholders(host);
        String full =
            placeholders.fill(text, place.application().value(), place.environment().value());
        objections(placeholders, full)
            .forEach(objection -> violations.add(new Violation(path, line, objection)));
        yield new Yaml.Scalar(full, line);
      }
    };
  }

  private Stream<String> objections(Placeholders filled, String full) {
    return Stream.of(
            filled.missing().stream()
                .map(
                    name ->
                        "${%s} is not set in the deployer's environment; set it, or write ${%s:-otherwise}"
                            .formatted(name, name)),
            filled.withheld().stream().map(name -> HostValues.withheld("${%s}".formatted(name))),
            host.objection(full).stream())
        .flatMap(sentences -> sentences);
  }

  private static String at(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
