package dev.fairlead.alert.alert;

import static dev.fairlead.alert.alert.KnownLabels.wordOf;
import static dev.fairlead.events.Severity.CRITICAL;
import static dev.fairlead.events.Severity.ERROR;
import static dev.fairlead.events.Severity.WARNING;

import dev.fairlead.alert.channel.Spans;
import dev.fairlead.alert.channel.Words;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.HealthEvent;
import dev.fairlead.events.HealthEvent.CertificateExpiring;
import dev.fairlead.events.HealthEvent.HealthDegraded;
import dev.fairlead.events.HealthEvent.HealthRecovered;
import dev.fairlead.events.HealthEvent.HealthSampled;
import dev.fairlead.events.HealthEvent.HealthUnknown;
import dev.fairlead.events.HealthEvent.HeartbeatMissed;
import dev.fairlead.events.HealthEvent.PerformanceRegressed;
import dev.fairlead.events.HealthEvent.ResourcePressure;
import dev.fairlead.events.TargetId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What the probes' findings mean. */
final class HealthSignals {

  /** A certificate with so few days left cannot wait for the next working day. */
  private static final long URGENT_DAYS = 3;

  private HealthSignals() {}

  static List<Signal> of(HealthEvent event, Envelope fact) {
    return switch (event) {
      case HealthDegraded degraded ->
          List.of(new Signal.Raise(problem(degraded, fact)), judgeable(event.target()));
      case HealthRecovered recovered -> over(recovered.target());
      case HealthUnknown unknown -> List.of(new Signal.Raise(problem(unknown, fact)));
      case HealthSampled sampled ->
          sampled.probes() == 0 ? List.of() : List.of(judgeable(sampled.target()));
      case CertificateExpiring expiring -> List.of(new Signal.Raise(problem(expiring, fact)));
      case PerformanceRegressed regressed -> List.of(new Signal.Raise(problem(regressed, fact)));
      case ResourcePressure pressure -> List.of(new Signal.Raise(problem(pressure, fact)));
      case HeartbeatMissed missed -> List.of(new Signal.Raise(problem(missed, fact)));
      default -> List.of();
    };
  }

  private static Problem problem(HealthDegraded event, Envelope fact) {
    String probe = wordOf(event.probe());
    Words words =
        new Words(
            "%s is degraded".formatted(event.target()),
            "%s (%d failed %s probes in %d s)"
                .formatted(event.reason(), event.failures(), probe, event.windowSeconds()),
            "See what the probes saw with 'fairlead health --verbose'; if a deployment preceded it,"
                + " undo that with 'fairlead rollback'.");
    return Problem.of(
            fact,
            event.target(),
            event.severity(),
            words,
            KnownLabels.of(event.target(), event.application(), event.environment())
                .with("probe", probe))
        .within(event.incident().value())
        .since(event.firstFailureAt());
  }

  private static Problem problem(HealthUnknown event, Envelope fact) {
    Words words =
        new Words(
            "%s cannot be judged".formatted(event.target()),
            event.reason(),
            "The prober is at fault, not the target: check the network, the name service and the"
                + " database of health-service.");
    return Problem.of(
        fact,
        event.target(),
        WARNING,
        words,
        KnownLabels.of(event.target(), event.application(), event.environment()));
  }

  private static Problem problem(CertificateExpiring event, Envelope fact) {
    Words words =
        new Words(
            "certificate of %s expires in %d days".formatted(event.host(), event.daysLeft()),
            "It is valid until %s.".formatted(event.notAfter()),
            "Renew the certificate and reload the server that presents it.");
    return Problem.of(
        fact,
        event.target(),
        event.daysLeft() <= URGENT_DAYS ? CRITICAL : WARNING,
        words,
        KnownLabels.of(event.target()).with("host", event.host()));
  }

  private static Problem problem(PerformanceRegressed event, Envelope fact) {
    Words words =
        new Words(
            "%s of %s is worse than its baseline".formatted(event.metric(), event.target()),
            "%.1f %s now, %.1f %s before."
                .formatted(event.current(), event.unit(), event.baseline(), event.unit()),
            event.deployment() == null
                ? "Compare load and resources with the time before."
                : "It began with a deployment: compare the versions, or undo it with 'fairlead"
                    + " rollback'.");
    return Problem.of(
        fact,
        Fingerprint.part(event.target(), event.metric()),
        WARNING,
        words,
        KnownLabels.of(event.target(), event.application(), event.environment())
            .with("metric", event.metric()));
  }

  private static Problem problem(ResourcePressure event, Envelope fact) {
    Words words =
        new Words(
            "%s of %s is at %.0f %%"
                .formatted(event.resource(), event.target(), event.usedPercent()),
            "%s (limit %.0f %%)".formatted(event.detail(), event.limitPercent()),
            "Free some of it, or give the target more, before it runs out.");
    return Problem.of(
        fact,
        Fingerprint.part(event.target(), event.resource()),
        ERROR,
        words,
        KnownLabels.of(event.target()).with("resource", event.resource()));
  }

  private static Problem problem(HeartbeatMissed event, Envelope fact) {
    Instant seen = event.lastSeenAt();
    Words words =
        new Words(
            "%s has stopped reporting".formatted(event.target()),
            "Last seen %s; expected every %s."
                .formatted(
                    seen == null ? "never" : "at " + seen,
                    Spans.words(Duration.ofSeconds(event.expectedEverySeconds()))),
            "Find out whether the job still runs and can reach health-service.");
    return Problem.of(fact, event.target(), ERROR, words, KnownLabels.of(event.target()));
  }

  private static List<Signal> over(TargetId target) {
    String reason = "the target is healthy again";
    return List.of(
        Signal.Clear.of(HealthDegraded.class, target, reason),
        Signal.Clear.of(HeartbeatMissed.class, target, reason),
        Signal.Clear.of(ResourcePressure.class, target, reason),
        Signal.Clear.of(PerformanceRegressed.class, target, reason),
        judgeable(target));
  }

  /** Whatever a probe found, it could find something. */
  private static Signal judgeable(TargetId target) {
    return Signal.Clear.of(HealthUnknown.class, target, "it can be probed again");
  }
}
