package dev.fairlead.events;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Alerts and what became of their notifications, keyed by {@link IncidentId}. */
public sealed interface AlertEvent extends Event {

  @Override
  default Topic topic() {
    return Topic.ALERTS;
  }

  /**
   * There is a problem that people have to hear of.
   *
   * @param fingerprint two alerts with the same one are the same problem
   * @param cause the wire name of the event that raised it, such as health-degraded
   */
  @EventName("alert-raised")
  record AlertRaised(
      AlertId alert,
      IncidentId incident,
      Severity severity,
      String title,
      String summary,
      Map<String, String> labels,
      String fingerprint,
      String cause)
      implements AlertEvent {
    @Override
    public String subject() {
      return incident.toString();
    }
  }

  /**
   * Somebody looks after it.
   *
   * @param via slack, email, pagerduty, console, cli or api
   */
  @EventName("alert-acknowledged")
  record AlertAcknowledged(AlertId alert, IncidentId incident, Actor acknowledgedBy, String via)
      implements AlertEvent {
    @Override
    public String subject() {
      return incident.toString();
    }
  }

  /**
   * Nobody has acknowledged it in time: the next step of its escalation policy is taken.
   *
   * @param step from 1
   */
  @EventName("alert-escalated")
  record AlertEscalated(AlertId alert, IncidentId incident, int step, String notified)
      implements AlertEvent {
    @Override
    public String subject() {
      return incident.toString();
    }
  }

  @EventName("alert-resolved")
  record AlertResolved(AlertId alert, IncidentId incident, String reason, long openMillis)
      implements AlertEvent {
    @Override
    public String subject() {
      return incident.toString();
    }
  }

  /**
   * A channel has accepted what was to be told.
   *
   * @param destination where it went, without secrets: a channel name, an address
   * @param latencyMillis from the event that caused it to the channel's acceptance
   */
  @EventName("notification-delivered")
  record NotificationDelivered(
      NotificationId notification,
      AlertId alert,
      IncidentId incident,
      String channel,
      String destination,
      int attempts,
      long latencyMillis)
      implements AlertEvent {
    @Override
    public String subject() {
      return incident.toString();
    }
  }

  /**
   * An attempt failed.
   *
   * @param nextAttemptAt absent when it was the last
   */
  @EventName("notification-failed")
  record NotificationFailed(
      NotificationId notification,
      AlertId alert,
      IncidentId incident,
      String channel,
      String destination,
      int attempts,
      String detail,
      @Nullable Instant nextAttemptAt)
      implements AlertEvent {
    @Override
    public String subject() {
      return incident.toString();
    }
  }

  @EventName("silence-created")
  record SilenceCreated(
      SilenceId silence,
      List<LabelMatcher> matchers,
      Instant startsAt,
      Instant endsAt,
      Actor createdBy,
      String comment)
      implements AlertEvent {
    @Override
    public String subject() {
      return silence.toString();
    }
  }

  /** A label has this value; or matches it as a regular expression, wholly. */
  record LabelMatcher(String label, String value, boolean regex) {}

  @EventName("silence-expired")
  record SilenceExpired(SilenceId silence) implements AlertEvent {
    @Override
    public String subject() {
      return silence.toString();
    }
  }

  /**
   * Who answers for a team from now on. Gates of deployments ask the latest of each team.
   *
   * @param team as manifests name it
   * @param onCall names or addresses; nobody when empty
   * @param until when that ends by itself; until the next change when absent
   */
  @EventName("on-call-changed")
  record OnCallChanged(String team, List<String> onCall, @Nullable Instant until)
      implements AlertEvent {
    @Override
    public String subject() {
      return team;
    }
  }
}
