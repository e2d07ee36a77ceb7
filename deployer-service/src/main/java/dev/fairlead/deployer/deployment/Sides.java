package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.plan.Side;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.release.Releases;
import java.time.Clock;
import java.util.Objects;

/** Which releases a deployment replaces and brings. */
record Sides(Releases releases, Clock clock) {

  Release of(Deployment deployment, Side side) {
    return switch (side) {
      case NEW -> releases.find(deployment.id()).orElseGet(() -> planned(deployment));
      case OLD ->
          releases
              .find(Objects.requireNonNull(deployment.known().previous()).release())
              .orElseThrow();
    };
  }

  /** The new one, before it is recorded. */
  Release planned(Deployment deployment) {
    return Release.of(
            deployment.id(),
            deployment.known(),
            deployment.request().requestedBy(),
            deployment.request().commitDetails(),
            deployment.backups(),
            clock.instant())
        .approved(deployment.approvals());
  }
}
