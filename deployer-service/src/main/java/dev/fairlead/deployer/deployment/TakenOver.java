package dev.fairlead.deployer.deployment;

import dev.fairlead.events.DeploymentId;

/** Another runner works on this deployment by now; this one has to stop. */
final class TakenOver extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TakenOver(DeploymentId id) {
    super("deployment %s was taken over by another deployer".formatted(id));
  }
}
