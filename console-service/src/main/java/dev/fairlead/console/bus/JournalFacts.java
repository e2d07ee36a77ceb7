package dev.fairlead.console.bus;

import dev.fairlead.console.journal.Journal;
import dev.fairlead.console.overview.LastWords;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.Event;
import dev.fairlead.events.HealthEvent.HealthSampled;
import dev.fairlead.events.Topic;
import dev.fairlead.service.bus.FactHandler;
import java.util.EnumSet;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Writes down what is said on any topic, and what was said last. Samples, one a target a minute,
 * would be nearly all of it, and health-service keeps them: whoever wants those reads the topic.
 */
@Component
class JournalFacts implements FactHandler {

  private final Journal journal;
  private final LastWords lastWords;

  JournalFacts(Journal journal, LastWords lastWords) {
    this.journal = journal;
    this.lastWords = lastWords;
  }

  @Override
  public Set<Topic> topics() {
    return EnumSet.allOf(Topic.class);
  }

  @Override
  public boolean wants(Event event) {
    return !(event instanceof HealthSampled);
  }

  @Override
  public void on(Envelope fact) {
    journal.append(fact);
    lastWords.hear(fact);
  }
}
