package dev.fairlead.events;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * An event with what CloudEvents 1.0 says about it.
 *
 * @param id unique for its source; {@code (source, id)} tells a repetition
 * @param time when it happened, to the millisecond
 * @param source {@code /fairlead/deployer}, or the producer's own URI reference
 * @param correlation what belongs together: the id of the deployment or incident
 * @param causation the id of the event this one follows from
 * @param actor who made it happen
 * @param traceparent W3C trace context of its origin
 */
public record Envelope(
    String id,
    Instant time,
    String source,
    Event event,
    @Nullable String correlation,
    @Nullable String causation,
    @Nullable Actor actor,
    @Nullable String traceparent) {

  /** A new event of a service of this suite, with a fresh id. */
  public static Envelope of(String service, Instant now, Event event) {
    return new Envelope(
        EventId.random().toString(),
        now.truncatedTo(ChronoUnit.MILLIS),
        "/fairlead/" + service,
        event,
        null,
        null,
        null,
        null);
  }

  public Envelope correlatedBy(Object correlationId) {
    return new Envelope(
        id, time, source, event, correlationId.toString(), causation, actor, traceparent);
  }

  /** Follows from {@code cause}: takes over its correlation, actor and trace where it has none. */
  public Envelope causedBy(Envelope cause) {
    return new Envelope(
        id,
        time,
        source,
        event,
        correlation == null ? cause.correlation : correlation,
        cause.id,
        actor == null ? cause.actor : actor,
        traceparent == null ? cause.traceparent : traceparent);
  }

  public Envelope by(Actor who) {
    return new Envelope(id, time, source, event, correlation, causation, who, traceparent);
  }
}
