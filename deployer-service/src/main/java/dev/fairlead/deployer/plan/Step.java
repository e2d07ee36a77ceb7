package dev.fairlead.deployer.plan;

import dev.fairlead.events.DeploymentEvent.Phase;
import dev.fairlead.events.DeploymentEvent.PlannedStep;

/**
 * One line of a plan.
 *
 * @param name short and unique within the plan, as in {@code start-1}
 * @param description for people
 */
public record Step(Phase phase, String name, String description, Work work) {

  public PlannedStep planned() {
    return new PlannedStep(phase, name, description);
  }
}
