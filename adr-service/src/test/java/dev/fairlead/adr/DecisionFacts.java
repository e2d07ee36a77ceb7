package dev.fairlead.adr;

import dev.fairlead.events.DecisionEvent.DecisionState;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.Event;
import dev.fairlead.events.Topic;
import dev.fairlead.stack.testing.Facts;
import java.util.List;

/** What the service told on the real bus. */
final class DecisionFacts implements AutoCloseable {

  private final Facts bus =
      Facts.on(Topic.DECISIONS.topicName(), Topic.DECISION_STATES.topicName());

  void tell(Event event) throws Exception {
    bus.tell("deployer", event);
  }

  <E extends Event> List<E> seen(Class<E> kind) {
    return envelopes().stream()
        .map(Envelope::event)
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }

  <E extends Event> List<E> await(Class<E> kind, int count) {
    return bus.await(kind, count);
  }

  long count(Class<? extends Event> kind) {
    return seen(kind).size();
  }

  DecisionState latestState(String decision) {
    return seen(DecisionState.class).stream()
        .filter(state -> state.decision().value().equals(decision))
        .reduce((_, later) -> later)
        .orElseThrow();
  }

  /** Topics and their partitions answer one after the other: until none has more. */
  private List<Envelope> envelopes() {
    int before;
    List<Envelope> read = bus.envelopes();
    do {
      before = read.size();
      read = bus.envelopes();
    } while (read.size() > before);
    return read;
  }

  @Override
  public void close() {
    bus.close();
  }
}
