package dev.fairlead.deployer.manifest;

import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Version;
import java.util.Optional;

/**
 * An environment in which an application is known, whether its manifest still names it or not.
 *
 * @param serving the version there; empty where none is
 */
public record KnownPlace(EnvironmentName environment, Optional<Version> serving) {

  /** What somebody has to know who applies a manifest without it. */
  String leftBehind(ApplicationName application) {
    return "%s is not in the manifest and %s; take it away with: fairlead remove %s %s"
        .formatted(
            environment,
            serving
                .map("still serves version %s"::formatted)
                .orElse("is still probed and backed up as before"),
            application,
            environment);
  }
}
