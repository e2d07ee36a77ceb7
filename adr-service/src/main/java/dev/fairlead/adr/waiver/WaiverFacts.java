package dev.fairlead.adr.waiver;

import dev.fairlead.events.DecisionEvent.GateEvaluated;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.Topic;
import dev.fairlead.service.bus.FactHandler;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Hears of waived decisions; also of those that were waived while this service was down. */
@Component
class WaiverFacts implements FactHandler {

  private final Waivers waivers;

  WaiverFacts(Waivers waivers) {
    this.waivers = waivers;
  }

  @Override
  public Set<Topic> topics() {
    return Set.of(Topic.DECISIONS);
  }

  @Override
  public void on(Envelope fact) {
    if (fact.event() instanceof GateEvaluated gate) {
      Waived.of(gate, fact.time()).ifPresent(waivers::remember);
    }
  }
}
