package dev.fairlead.deployer.bus;

import dev.fairlead.deployer.deployment.DeploymentDesk;
import dev.fairlead.deployer.deployment.Fact;
import dev.fairlead.deployer.gate.Incidents;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.Event;
import dev.fairlead.events.HealthEvent.HealthDegraded;
import dev.fairlead.events.HealthEvent.HealthRecovered;
import dev.fairlead.events.HealthEvent.PerformanceRegressed;
import dev.fairlead.events.Place;
import dev.fairlead.events.Topic;
import dev.fairlead.service.bus.FactHandler;
import java.util.Set;
import org.springframework.stereotype.Component;

/** How deployed applications fare: a reason to roll back, and one to hesitate. */
@Component
class HealthFacts implements FactHandler {

  private final DeploymentDesk desk;
  private final Incidents incidents;

  HealthFacts(DeploymentDesk desk, Incidents incidents) {
    this.desk = desk;
    this.incidents = incidents;
  }

  @Override
  public Set<Topic> topics() {
    return Set.of(Topic.HEALTH);
  }

  @Override
  public boolean wants(Event event) {
    return event instanceof HealthDegraded
        || event instanceof HealthRecovered
        || event instanceof PerformanceRegressed;
  }

  @Override
  public void on(Envelope fact) {
    switch (fact.event()) {
      case HealthDegraded degraded
          when degraded.application() != null && degraded.environment() != null -> {
        Place place = new Place(degraded.application(), degraded.environment());
        incidents.began(place, degraded);
        desk.tell(
            place,
            new Fact.HealthDegraded(
                degraded.target().value(), degraded.firstFailureAt(), degraded.reason()));
      }
      case PerformanceRegressed worse
          when worse.application() != null && worse.environment() != null ->
          desk.tell(
              new Place(worse.application(), worse.environment()),
              new Fact.Regressed(
                  worse.target().value(),
                  worse.deployment(),
                  fact.time(),
                  "%s is %.1f %s instead of %.1f"
                      .formatted(worse.metric(), worse.current(), worse.unit(), worse.baseline())));
      case HealthRecovered recovered -> incidents.ended(recovered.incident());
      default -> {}
    }
  }
}
