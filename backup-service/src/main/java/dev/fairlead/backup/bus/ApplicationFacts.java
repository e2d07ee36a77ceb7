package dev.fairlead.backup.bus;

import dev.fairlead.backup.database.Databases;
import dev.fairlead.events.ApplicationEvent.ApplicationApplied;
import dev.fairlead.events.ApplicationEvent.ApplicationRemoved;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.Topic;
import dev.fairlead.service.bus.FactHandler;
import java.time.Clock;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Learns from applied manifests which databases there are. */
@Component
class ApplicationFacts implements FactHandler {

  private final Databases databases;
  private final Clock clock;

  ApplicationFacts(Databases databases, Clock clock) {
    this.databases = databases;
    this.clock = clock;
  }

  @Override
  public Set<Topic> topics() {
    return Set.of(Topic.APPLICATIONS);
  }

  @Override
  public void on(Envelope fact) {
    switch (fact.event()) {
      case ApplicationApplied applied ->
          databases.replace(applied.place(), applied.databases(), clock.instant());
      case ApplicationRemoved removed -> databases.removeAll(removed.place());
      default -> {}
    }
  }
}
