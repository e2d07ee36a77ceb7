package dev.fairlead.service.probe;

import dev.fairlead.events.Envelope;
import dev.fairlead.events.Event;
import dev.fairlead.events.HealthEvent.HeartbeatMissed;
import dev.fairlead.events.Topic;
import dev.fairlead.service.bus.FactHandler;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Enters every fact it hears, so that a test sees what had an effect, and how often. */
@Component
class Ledger implements FactHandler {

  /** A target whose name begins so makes the handler fail after its insert. */
  static final String UNBEARABLE = "unbearable";

  static final String BROKEN = "broken";
  static final String UNWANTED = "unwanted";

  private final JdbcClient database;

  Ledger(JdbcClient database) {
    this.database = database;
  }

  @Override
  public Set<Topic> topics() {
    return Set.of(Topic.HEALTH, Topic.DECISIONS);
  }

  @Override
  public boolean wants(Event event) {
    return !event.subject().equals(UNWANTED);
  }

  @Override
  public void on(Envelope fact) {
    String subject = fact.event().subject();
    database
        .sql("insert into ledger (subject, event) values (?, ?)")
        .params(subject, fact.id())
        .update();
    switch (fact.event()) {
      case HeartbeatMissed missed when missed.target().toString().startsWith(UNBEARABLE) ->
          throw new IllegalStateException("cannot bear " + subject);
      case HeartbeatMissed missed when missed.target().toString().startsWith(BROKEN) ->
          throw new StackOverflowError("as a handler's recursion would");
      default -> {}
    }
  }
}
