package dev.fairlead.deployer.deployment;

import dev.fairlead.events.DeploymentId;

/** Nobody has ever requested this deployment. */
public final class DeploymentNotFound extends RuntimeException {

  private static final long serialVersionUID = 1L;

  DeploymentNotFound(DeploymentId id) {
    super("unknown deployment " + id);
  }
}
