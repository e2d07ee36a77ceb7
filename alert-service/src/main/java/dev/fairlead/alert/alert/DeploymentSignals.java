package dev.fairlead.alert.alert;

import static dev.fairlead.alert.alert.KnownLabels.wordOf;
import static dev.fairlead.events.Severity.CRITICAL;
import static dev.fairlead.events.Severity.ERROR;

import dev.fairlead.alert.channel.Words;
import dev.fairlead.events.DeploymentEvent;
import dev.fairlead.events.DeploymentEvent.DeployFailed;
import dev.fairlead.events.DeploymentEvent.DeploySucceeded;
import dev.fairlead.events.DeploymentEvent.RemovalCompleted;
import dev.fairlead.events.DeploymentEvent.RollbackCompleted;
import dev.fairlead.events.DeploymentEvent.RollbackFailed;
import dev.fairlead.events.DeploymentEvent.RollbackTriggered;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.Place;
import java.util.List;
import java.util.Objects;

/** What the life of a deployment means; its alerts share the incident of the deployment. */
final class DeploymentSignals {

  private DeploymentSignals() {}

  static List<Signal> of(DeploymentEvent event, Envelope fact) {
    return switch (event) {
      case DeployFailed failed -> List.of(new Signal.Raise(problem(failed, fact)));
      case DeploySucceeded succeeded ->
          over(succeeded.place(), "version %s was deployed".formatted(succeeded.version()));
      case RollbackTriggered triggered -> List.of(new Signal.Raise(problem(triggered, fact)));
      case RollbackCompleted completed -> over(completed);
      case RollbackFailed failed -> List.of(new Signal.Raise(problem(failed, fact)));
      case RemovalCompleted removed -> over(removed.place(), "the application was removed");
      default -> List.of();
    };
  }

  private static Problem problem(DeployFailed event, Envelope fact) {
    String phase = wordOf(event.phase());
    Words words =
        new Words(
            title(event, phase),
            event.reason(),
            Objects.requireNonNullElse(
                event.advice(),
                "'fairlead deployments show %s' shows every step; correct the cause and deploy again."
                    .formatted(event.deployment())));
    return Problem.of(
            fact,
            event.place(),
            ERROR,
            words,
            KnownLabels.of(event, event.deployment())
                .with("version", event.version().value())
                .with("phase", phase))
        .within(event.deployment().value());
  }

  private static String title(DeployFailed event, String phase) {
    return Boolean.TRUE.equals(event.removal())
        ? "%s could not be removed from %s".formatted(event.application(), event.environment())
        : "deploy of %s %s to %s failed in %s"
            .formatted(event.application(), event.version(), event.environment(), phase);
  }

  private static Problem problem(RollbackTriggered event, Envelope fact) {
    Words words =
        new Words(
            "%s in %s is being rolled back from %s to %s"
                .formatted(
                    event.application(),
                    event.environment(),
                    event.fromVersion(),
                    Objects.requireNonNullElse(event.toVersion(), "nothing")),
            "%s (scope %s, triggered by %s)"
                .formatted(event.reason(), wordOf(event.scope()), event.triggeredBy()),
            "Nothing to do unless the rollback fails too; find out what is wrong with %s."
                .formatted(event.fromVersion()));
    return Problem.of(
            fact,
            event.place(),
            ERROR,
            words,
            KnownLabels.of(event, event.deployment()).with("version", event.fromVersion().value()))
        .within(event.deployment().value());
  }

  private static Problem problem(RollbackFailed event, Envelope fact) {
    Words words =
        new Words(
            "rollback of %s in %s failed".formatted(event.application(), event.environment()),
            event.reason(),
            Objects.requireNonNullElse(
                event.advice(),
                "The environment is between two versions: 'fairlead deployments show %s' shows how far it"
                        .formatted(event.deployment())
                    + " came."));
    return Problem.of(
            fact, event.place(), CRITICAL, words, KnownLabels.of(event, event.deployment()))
        .within(event.deployment().value());
  }

  private static List<Signal> over(Place place, String reason) {
    return List.of(
        Signal.Clear.of(DeployFailed.class, place, reason),
        Signal.Clear.of(RollbackTriggered.class, place, reason),
        Signal.Clear.of(RollbackFailed.class, place, reason));
  }

  private static List<Signal> over(RollbackCompleted event) {
    String reason =
        "rolled back to %s".formatted(Objects.requireNonNullElse(event.toVersion(), "nothing"));
    return List.of(
        Signal.Clear.of(RollbackTriggered.class, event.place(), reason),
        Signal.Clear.of(RollbackFailed.class, event.place(), reason));
  }
}
