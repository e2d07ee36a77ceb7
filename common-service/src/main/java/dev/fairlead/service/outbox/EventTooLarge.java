package dev.fairlead.service.outbox;

import dev.fairlead.events.Envelope;
import dev.fairlead.events.EventTypes;

/** Kafka would refuse the event for ever, and everything behind it would wait. */
public final class EventTooLarge extends RuntimeException {

  private static final long serialVersionUID = 1L;

  EventTooLarge(Envelope envelope, int size, int largest) {
    super(
        "%s about %s has %,d bytes; at most %,d fit: put what is long where a reader can fetch it"
            .formatted(
                EventTypes.nameOf(envelope.event().getClass()),
                envelope.event().subject(),
                size,
                largest));
  }
}
