package dev.fairlead.backup.bus;

import dev.fairlead.backup.backup.BackupRequests;
import dev.fairlead.backup.drill.DrillRequests;
import dev.fairlead.backup.restore.RestoreRequests;
import dev.fairlead.backup.warm.WarmRequests;
import dev.fairlead.events.BackupEvent.BackupCompleted;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupEvent.BackupVerified;
import dev.fairlead.events.BackupEvent.RestoreRequested;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.Topic;
import dev.fairlead.service.bus.FactHandler;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Takes requests of others, and once more its own. */
@Component
class BackupFacts implements FactHandler {

  private final BackupRequests backups;
  private final DrillRequests drills;
  private final RestoreRequests restores;
  private final WarmRequests warm;

  BackupFacts(
      BackupRequests backups, DrillRequests drills, RestoreRequests restores, WarmRequests warm) {
    this.backups = backups;
    this.drills = drills;
    this.restores = restores;
    this.warm = warm;
  }

  @Override
  public Set<Topic> topics() {
    return Set.of(Topic.BACKUPS);
  }

  @Override
  public void on(Envelope fact) {
    switch (fact.event()) {
      case BackupRequested request -> {
        backups.accept(request, fact);
        drills.accept(request);
      }
      case BackupCompleted completed -> drills.accept(completed);
      case BackupVerified verified -> warm.accept(verified);
      case RestoreRequested request -> restores.accept(request, fact);
      default -> {}
    }
  }
}
