package dev.fairlead.alert.alert;

import dev.fairlead.alert.route.Inhibition;
import dev.fairlead.alert.route.Labels;
import dev.fairlead.events.Severity;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Finds the open alert that keeps another from being told, by the labels that both must have: an
 * outage that raises thousands must not read all of them for each.
 */
final class Inhibitors {

  private final List<Inhibition> rules;
  private final Alerts alerts;

  /**
   * @param rules the first one that mutes decides
   */
  Inhibitors(List<Inhibition> rules, Alerts alerts) {
    this.rules = rules;
    this.alerts = alerts;
  }

  /** In a transaction. */
  Optional<Alert> of(Alert candidate) {
    return rules.stream().flatMap(rule -> by(rule, candidate).stream()).findFirst();
  }

  private Optional<Alert> by(Inhibition rule, Alert candidate) {
    Labels labels = candidate.routingLabels();
    return rule.mayMute(labels)
        ? alerts.firstOpen(
            rule.requiredOfSource(labels),
            open -> !open.id().equals(candidate.id()) && rule.mutes(labels, open.routingLabels()))
        : Optional.empty();
  }

  /**
   * Whether the end of this alert may let others be told; they may date from when it was milder.
   */
  boolean mayInclude(Alert over) {
    return Arrays.stream(Severity.values())
        .map(severity -> over.worsened(severity).routingLabels())
        .anyMatch(labels -> rules.stream().anyMatch(rule -> rule.isSource(labels)));
  }
}
