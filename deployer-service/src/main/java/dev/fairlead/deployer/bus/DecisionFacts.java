package dev.fairlead.deployer.bus;

import dev.fairlead.deployer.gate.Decisions;
import dev.fairlead.events.DecisionEvent.DecisionState;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.Topic;
import dev.fairlead.service.bus.FactHandler;
import java.util.Set;
import org.springframework.stereotype.Component;

/** The latest state of every decision, kept for the gates. */
@Component
class DecisionFacts implements FactHandler {

  private final Decisions decisions;

  DecisionFacts(Decisions decisions) {
    this.decisions = decisions;
  }

  @Override
  public Set<Topic> topics() {
    return Set.of(Topic.DECISION_STATES);
  }

  @Override
  public void on(Envelope fact) {
    if (fact.event() instanceof DecisionState state) {
      decisions.remember(state);
    }
  }
}
