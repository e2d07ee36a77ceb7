package dev.fairlead.events;

import com.fasterxml.jackson.annotation.JsonIgnore;

/** A fact, or a request, that one service tells the others. Its family decides the topic. */
public sealed interface Event
    permits ApplicationEvent,
        DeploymentEvent,
        BackupEvent,
        HealthEvent,
        AlertEvent,
        DecisionEvent,
        AuditEvent {

  /**
   * What the event is about: the CloudEvents {@code subject} and the Kafka key. Two events with the
   * same subject are read in the order in which they were written.
   */
  @JsonIgnore
  String subject();

  /** The topic its family is written to. */
  @JsonIgnore
  Topic topic();
}
