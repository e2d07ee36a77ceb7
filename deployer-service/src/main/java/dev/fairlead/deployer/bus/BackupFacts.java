package dev.fairlead.deployer.bus;

import dev.fairlead.deployer.deployment.DeploymentDesk;
import dev.fairlead.deployer.loss.KnownBackups;
import dev.fairlead.events.BackupEvent;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.Topic;
import dev.fairlead.service.bus.FactHandler;
import java.util.Set;
import org.springframework.stereotype.Component;

/** What became of the backups and restores that deployments wait for. */
@Component
class BackupFacts implements FactHandler {

  private final DeploymentDesk desk;
  private final KnownBackups backups;

  BackupFacts(DeploymentDesk desk, KnownBackups backups) {
    this.desk = desk;
    this.backups = backups;
  }

  @Override
  public Set<Topic> topics() {
    return Set.of(Topic.BACKUPS);
  }

  @Override
  public void on(Envelope fact) {
    if (fact.event() instanceof BackupEvent event) {
      backups.hear(event);
      desk.tell(event);
    }
  }
}
