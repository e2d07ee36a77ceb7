package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.deployment.DeploymentState.RollingBack;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.Event;
import java.util.List;

/**
 * @param next the deployment as it is from now on
 * @param events what the others are told, in this order and together with the new state
 */
public record Decision(Deployment next, List<Event> events) {

  boolean changes(Deployment before) {
    return !next.equals(before) || !events.isEmpty();
  }

  /** The databases that are going to be restored by a rollback that begins with it. */
  List<DatabaseId> restoresAfter(Deployment before) {
    return before.state().active()
            && !(before.state() instanceof RollingBack)
            && next.state() instanceof RollingBack undo
        ? Rollback.restoredBy(undo.steps())
        : List.of();
  }
}
