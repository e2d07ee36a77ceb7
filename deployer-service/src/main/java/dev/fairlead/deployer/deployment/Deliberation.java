package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.loss.Losses;
import dev.fairlead.deployer.manifest.EnvironmentSpec.Database;
import dev.fairlead.events.DatabaseId;
import java.time.Instant;
import java.util.List;

/**
 * Decides; and where a rollback begins that restores databases, it counts first what that sets
 * aside, so that whoever hears of the rollback hears of that, too.
 */
record Deliberation(Losses losses) {

  /** Takes ten seconds where a database that is to be restored does not answer. */
  Decision on(Deployment before, Fact fact, Instant now) {
    Decision decision = before.on(fact, now);
    List<DatabaseId> restored = decision.restoresAfter(before);
    return restored.isEmpty() ? decision : counted(before, restored).on(fact, now);
  }

  private Deployment counted(Deployment deployment, List<DatabaseId> restored) {
    Deployment counted = deployment;
    for (Database one : deployment.known().spec().databases()) {
      if (restored.contains(one.id())) {
        counted = counted.knowing(losses.since(deployment.id(), one));
      }
    }
    return counted;
  }
}
