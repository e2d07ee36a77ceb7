package dev.fairlead.alert.alert;

import dev.fairlead.alert.channel.Words;
import dev.fairlead.alert.route.Labels;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.EventTypes;
import dev.fairlead.events.IncidentId;
import dev.fairlead.events.Severity;
import java.time.Instant;
import java.util.UUID;

/**
 * What a fact says is wrong.
 *
 * @param incident what other alerts with the same origin share
 * @param cause the wire name of the event, such as health-degraded
 * @param since when it broke, which may be before it was noticed
 */
public record Problem(
    Fingerprint fingerprint,
    IncidentId incident,
    Severity severity,
    String cause,
    Words words,
    Labels labels,
    Instant since) {

  /** Named after its fact and dated by it, an incident of its own. */
  static Problem of(Envelope fact, Object about, Severity severity, Words words, Labels labels) {
    String cause = EventTypes.nameOf(fact.event().getClass());
    return new Problem(
        Fingerprint.of(cause, about),
        IncidentId.startedBy(fact.source(), fact.id()),
        severity,
        cause,
        words,
        labels,
        fact.time());
  }

  /** Part of what a deployment, backup or restore with this id went through. */
  Problem within(UUID origin) {
    return new Problem(fingerprint, new IncidentId(origin), severity, cause, words, labels, since);
  }

  Problem since(Instant start) {
    return new Problem(fingerprint, incident, severity, cause, words, labels, start);
  }
}
