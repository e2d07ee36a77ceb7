package dev.fairlead.health.watch;

import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.HealthEvent;
import dev.fairlead.events.HealthEvent.HealthDegraded;
import dev.fairlead.events.HealthEvent.HealthRecovered;
import dev.fairlead.events.HealthEvent.HealthSampled;
import dev.fairlead.events.HealthEvent.HealthUnknown;
import dev.fairlead.events.Place;
import dev.fairlead.health.sample.Sample;
import dev.fairlead.health.target.Target;
import dev.fairlead.health.verdict.Transition;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Transitions and samples as the others hear of them. */
final class HealthFacts {

  private static final String SERVICE = "health";

  private HealthFacts() {}

  static Envelope of(Target target, Transition change, Instant now) {
    @Nullable ApplicationName application = application(target.place());
    @Nullable EnvironmentName environment = environment(target.place());
    return switch (change) {
      case Transition.Degraded down ->
          told(
                  now,
                  new HealthDegraded(
                      down.incident(),
                      target.id(),
                      application,
                      environment,
                      target.settings().probe(),
                      target.settings().severity(),
                      down.failures(),
                      target.settings().windowSeconds(),
                      down.firstFailureAt(),
                      down.reason()))
              .correlatedBy(down.incident());
      case Transition.Recovered up ->
          told(
                  now,
                  new HealthRecovered(
                      up.incident(),
                      target.id(),
                      application,
                      environment,
                      up.downFor().toMillis()))
              .correlatedBy(up.incident());
      case Transition.Blinded blind ->
          told(now, new HealthUnknown(target.id(), application, environment, blind.reason()));
    };
  }

  static Envelope of(Sample sample, Instant now) {
    return told(
        now,
        new HealthSampled(
            sample.target(),
            sample.from(),
            sample.to(),
            sample.probes(),
            sample.failures(),
            sample.latencyP50Millis(),
            sample.latencyP95Millis()));
  }

  private static Envelope told(Instant now, HealthEvent event) {
    return Envelope.of(SERVICE, now, event);
  }

  private static @Nullable ApplicationName application(@Nullable Place place) {
    return place == null ? null : place.application();
  }

  private static @Nullable EnvironmentName environment(@Nullable Place place) {
    return place == null ? null : place.environment();
  }
}
