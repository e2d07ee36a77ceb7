package dev.fairlead.deployer.manifest;

import dev.fairlead.events.EnvironmentName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The environments of a manifest to which nobody can deploy alone. Read on its own, so that a
 * manifest that is no longer valid as a whole, for want of a variable, still guards.
 */
final class GuardedEnvironments {

  private static final String OPEN = "none";

  private GuardedEnvironments() {}

  static List<EnvironmentName> of(String yaml, HostValues host) {
    return Yaml.parse(yaml, new ArrayList<>()).stream()
        .flatMap(document -> guarded(document, host).stream())
        .toList();
  }

  /** The others: environments to which anybody who may deploy can deploy alone. */
  static List<EnvironmentName> othersOf(String yaml, HostValues host) {
    List<EnvironmentName> guarded = of(yaml, host);
    return Yaml.parse(yaml, new ArrayList<>()).stream()
        .map(document -> document.entries().get("environments"))
        .filter(Yaml.Mapping.class::isInstance)
        .map(Yaml.Mapping.class::cast)
        .flatMap(environments -> environments.entries().keySet().stream())
        .map(EnvironmentName::new)
        .filter(name -> !guarded.contains(name))
        .toList();
  }

  private static List<EnvironmentName> guarded(Yaml.Mapping document, HostValues host) {
    List<EnvironmentName> guarded = new ArrayList<>();
    if (document.entries().get("environments") instanceof Yaml.Mapping environments) {
      environments
          .entries()
          .forEach(
              (name, overrides) -> {
                Yaml own = overrides instanceof Yaml.Mapping more ? approval(more) : null;
                Yaml approval = own == null ? approval(document) : own;
                if (approval != null && !opens(approval, host)) {
                  guarded.add(new EnvironmentName(name));
                }
              });
    }
    return guarded;
  }

  private static @Nullable Yaml approval(Yaml.Mapping mapping) {
    return mapping.entries().get("approval");
  }

  /** What cannot be told guards. */
  private static boolean opens(Yaml approval, HostValues host) {
    return approval instanceof Yaml.Scalar(String text, int _)
        && new Placeholders(host).fill(text, "", "").equals(OPEN);
  }
}
