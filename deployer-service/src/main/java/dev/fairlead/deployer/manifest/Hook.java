package dev.fairlead.deployer.manifest;

import dev.fairlead.events.DeploymentEvent.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A command that is run before or after a phase.
 *
 * @param name unique among the hooks of an environment
 * @param required whether its failure stops the deployment; always, for one that is run before
 * @param variables for it alone; a value {@code secret:…} is a reference
 */
public record Hook(
    String name,
    When when,
    Phase phase,
    List<String> command,
    Map<String, String> variables,
    Duration timeout,
    boolean required) {

  /** On which side of its phase. */
  public enum When {
    BEFORE,
    AFTER
  }

  /** The same with no more time than that. */
  public Hook within(Duration left) {
    return timeout.compareTo(left) <= 0
        ? this
        : new Hook(name, when, phase, command, variables, left, required);
  }
}
