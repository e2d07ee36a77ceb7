package dev.fairlead.deployer.manifest;

import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.EnvironmentName;
import java.util.List;
import java.util.Optional;

/** A valid {@code fairlead.yaml}. */
public record Manifest(ApplicationName application, List<EnvironmentSpec> environments) {

  /**
   * Reads a manifest as a whole.
   *
   * @param host what it may name of the deployer's host
   * @throws InvalidManifest with everything that is wrong
   */
  public static Manifest read(String yaml, HostValues host) {
    return new ManifestReader(host).read(yaml);
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
