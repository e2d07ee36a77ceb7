package dev.fairlead.backup.bus;

import dev.fairlead.backup.backup.BackupEntries;
import dev.fairlead.events.DeploymentEvent.DeploySucceeded;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.Topic;
import dev.fairlead.service.bus.FactHandler;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Learns which backups a rollback may still need: that of the release that runs now, until the next
 * one has succeeded.
 */
@Component
class DeploymentFacts implements FactHandler {

  private final BackupEntries entries;

  DeploymentFacts(BackupEntries entries) {
    this.entries = entries;
  }

  @Override
  public Set<Topic> topics() {
    return Set.of(Topic.DEPLOYMENTS);
  }

  @Override
  public void on(Envelope fact) {
    if (fact.event() instanceof DeploySucceeded succeeded) {
      entries.unpinAllBut(succeeded.place(), succeeded.deployment(), fact.time());
    }
  }
}
