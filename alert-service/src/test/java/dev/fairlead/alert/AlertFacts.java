package dev.fairlead.alert;

import dev.fairlead.events.AlertEvent;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Event;
import dev.fairlead.events.HealthEvent.HealthDegraded;
import dev.fairlead.events.HealthEvent.HealthRecovered;
import dev.fairlead.events.IncidentId;
import dev.fairlead.events.ProbeKind;
import dev.fairlead.events.Severity;
import dev.fairlead.events.TargetId;
import dev.fairlead.events.Topic;
import dev.fairlead.stack.testing.Facts;
import java.time.Instant;
import java.util.List;

/** The real bus, seen from outside: what the tests tell the service, and what it then says. */
final class AlertFacts implements AutoCloseable {

  private final Facts bus = Facts.on(Topic.ALERTS.topicName());

  /**
   * @return the event's id
   */
  String tell(Event event) throws Exception {
    return bus.tell("health", event);
  }

  /** A target of {@code application} in production breaks. */
  IncidentId degraded(String application) throws Exception {
    IncidentId incident = IncidentId.random();
    tell(
        new HealthDegraded(
            incident,
            new TargetId(application + "/production/http"),
            new ApplicationName(application),
            new EnvironmentName("production"),
            ProbeKind.HTTP,
            Severity.CRITICAL,
            3,
            120,
            Instant.now(),
            "connection refused <!channel> & co"));
    return incident;
  }

  void recovered(String application, IncidentId incident) throws Exception {
    tell(
        new HealthRecovered(
            incident,
            new TargetId(application + "/production/http"),
            new ApplicationName(application),
            new EnvironmentName("production"),
            1_000));
  }

  static String fingerprint(String application) {
    return "health-degraded:%s/production/http".formatted(application);
  }

  /** Everything of this kind that the service has said of the incident, once there are so many. */
  <E extends AlertEvent> List<E> await(Class<E> kind, IncidentId incident, int count) {
    return bus.await(kind, count, event -> event.subject().equals(incident.toString()));
  }

  /** Everything of this kind so far. */
  <E extends AlertEvent> List<E> seen(Class<E> kind) {
    return bus.seen(kind);
  }

  @Override
  public void close() {
    bus.close();
  }
}
