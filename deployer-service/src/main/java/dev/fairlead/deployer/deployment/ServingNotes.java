package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.events.DeploymentId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

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
          releases.restored(deployment.place(), deployment.id(), returnedTo(deployment));
      default -> {}
    }
  }

  private static @Nullable DeploymentId returnedTo(Deployment undone) {
    Plan plan = undone.plan();
    return plan == null || plan.previous() == null ? null : plan.previous().release();
  }
}
