package dev.fairlead.alert.alert;

import dev.fairlead.events.BackupEvent;
import dev.fairlead.events.DeploymentEvent;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.EventTypes;
import dev.fairlead.events.HealthEvent;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rules: which facts raise an alert, how urgent it is and in which words, and which facts end
 * it. Every failure event of the catalogue has a rule; a test holds that.
 */
public final class Signals {

  /**
   * Causes whose end no fact reports: they are reported again while they last, and are over when
   * they were not for a while.
   */
  static final Set<String> LAPSING =
      Stream.of(
              HealthEvent.CertificateExpiring.class,
              HealthEvent.PerformanceRegressed.class,
              HealthEvent.ResourcePressure.class,
              HealthEvent.HeartbeatMissed.class)
          .map(EventTypes::nameOf)
          .collect(Collectors.toUnmodifiableSet());

  private Signals() {}

  /** Facts that mean nothing to alerts, those of newer producers included, give an empty list. */
  public static List<Signal> of(Envelope fact) {
    return switch (fact.event()) {
      case HealthEvent event -> HealthSignals.of(event, fact);
      case DeploymentEvent event -> DeploymentSignals.of(event, fact);
      case BackupEvent event -> BackupSignals.of(event, fact);
      default -> List.of();
    };
  }
}
