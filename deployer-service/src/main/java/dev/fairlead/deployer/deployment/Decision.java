package dev.fairlead.deployer.deployment;

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
}
