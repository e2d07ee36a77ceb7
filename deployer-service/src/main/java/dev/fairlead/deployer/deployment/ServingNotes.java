package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.release.Releases;
import java.time.Instant;

/** Keeps what serves at a place in step with how its deployments stand. */
record ServingNotes(Releases releases) {

  /** In the transaction that saves the deployment. */
  void take(Deployment deployment, Instant now) {
    switch (deployment.state()) {
      case DeploymentState.Succeeded _ when deployment.request().takesAway() ->
          releases.removed(deployment.place(), deployment.id(), now);
      case DeploymentState.Succeeded _ -> releases.nowServes(deployment.place(), deployment.id());
      case DeploymentState.Failed _ when new PartedRoutes(deployment).ended() ->
          releases.nothingServes(deployment.place());
      case DeploymentState.RollbackFailed failed when failed.leavesUnrestored() ->
          releases.leftUnrestored(deployment.place(), deployment.id());
      case DeploymentState.RolledBack _, DeploymentState.Cancelled _ ->
          releases.restored(deployment.place(), deployment.id());
      default -> {}
    }
  }
}
