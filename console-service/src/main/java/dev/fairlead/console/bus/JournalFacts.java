package dev.fairlead.console.bus;

import dev.fairlead.console.journal.Journal;
import dev.fairlead.console.overview.LastWords;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.Topic;
import dev.fairlead.service.bus.FactHandler;
import java.util.EnumSet;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Writes down whatever is said on any topic, and what was said last. */
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
  public void on(Envelope fact) {
    journal.append(fact);
    lastWords.hear(fact);
  }
}
