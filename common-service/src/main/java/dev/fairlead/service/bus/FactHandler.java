package dev.fairlead.service.bus;

import dev.fairlead.events.Envelope;
import dev.fairlead.events.Event;
import dev.fairlead.events.Topic;
import java.util.Set;

/**
 * Receives the known events of its topics that it wants, in the order of each subject. A bean of
 * this type is all a service needs to listen.
 *
 * <p>Each call runs in one database transaction together with the inbox row {@code (handler,
 * source, id)}, so its effects happen once however often the record is delivered. It may call
 * {@link dev.fairlead.service.outbox.Outbox#append} and should only touch the service's own
 * database: what reaches further belongs in an action performed after the commit.
 *
 * <p>A call that throws is repeated three times, then the record goes to {@code
 * <topic>.<service>.dead-letters} and the topic moves on. {@link dev.fairlead.events.InvalidEvent}
 * goes there at once. While PostgreSQL or Kafka are unreachable the record waits, however long that
 * takes.
 */
public interface FactHandler {

  /** The topics it listens to; asked once at start. */
  Set<Topic> topics();

  /**
   * Whether the event can mean anything to it, by its type or by what is known so far. What it does
   * not want costs neither a transaction nor a row in the inbox, which counts for events that come
   * by the minute. Nor is it known as a repetition: it is asked about again whenever it is
   * delivered again.
   */
  default boolean wants(Event event) {
    return true;
  }

  void on(Envelope fact);
}
