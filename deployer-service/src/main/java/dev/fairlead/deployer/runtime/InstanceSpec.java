package dev.fairlead.deployer.runtime;

import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Place;
import dev.fairlead.events.Version;
import java.util.Map;

/**
 * An instance that shall run.
 *
 * @param environment given to the instance next to what every instance gets: {@code PORT}, {@code
 *     FAIRLEAD_INSTANCE}, {@code FAIRLEAD_VERSION}; the names starting with FAIRLEAD_ and PORT are
 *     reserved
 */
public record InstanceSpec(
    InstanceId id,
    Place place,
    DeploymentId deployment,
    Version version,
    Program program,
    Map<String, Variable> environment,
    Limits limits) {

  public InstanceSpec {
    environment = Map.copyOf(environment);
    for (String name : environment.keySet()) {
      if (name.equals("PORT") || name.startsWith("FAIRLEAD_")) {
        throw new IllegalArgumentException(
            "environment variable %s is set by Fairlead itself; choose another name"
                .formatted(name));
      }
      if (name.isEmpty() || name.contains("=") || name.indexOf('\0') >= 0) {
        throw new IllegalArgumentException(
            "environment variable name '%s' is not valid".formatted(name));
      }
    }
  }
}
