package dev.fairlead.deployer.bus;

import dev.fairlead.deployer.gate.Duty;
import dev.fairlead.events.AlertEvent.OnCallChanged;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.Event;
import dev.fairlead.events.Topic;
import dev.fairlead.service.bus.FactHandler;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Who is on call, kept for the gates. */
@Component
class AlertFacts implements FactHandler {

  private final Duty duty;

  AlertFacts(Duty duty) {
    this.duty = duty;
  }

  @Override
  public Set<Topic> topics() {
    return Set.of(Topic.ALERTS);
  }

  @Override
  public boolean wants(Event event) {
    return event instanceof OnCallChanged;
  }

  @Override
  public void on(Envelope fact) {
    if (fact.event() instanceof OnCallChanged change) {
      duty.remember(change, fact.time());
    }
  }
}
