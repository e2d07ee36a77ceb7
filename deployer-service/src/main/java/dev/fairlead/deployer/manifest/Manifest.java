package dev.fairlead.deployer.manifest;

import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.EnvironmentName;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A valid {@code fairlead.yaml}. */
public record Manifest(ApplicationName application, List<EnvironmentSpec> environments) {

  /**
   * Reads a manifest as a whole.
   *
   * @param environment the value of a variable {@code ${NAME}}, null when it is not set
   * @throws InvalidManifest with everything that is wrong
   */
  public static Manifest read(String yaml, Function<String, @Nullable String> environment) {
    return new ManifestReader(environment).read(yaml);
  }

  public Optional<EnvironmentSpec> environment(EnvironmentName name) {
    return environments.stream()
        .filter(spec -> spec.place().environment().equals(name))
        .findFirst();
  }

  /** Whether nobody can deploy there alone. */
  boolean isGuarded(EnvironmentName name) {
    return environment(name).map(spec -> spec.approval().required()).orElse(false);
  }
}
