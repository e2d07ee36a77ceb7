package dev.fairlead.alert.alert;

import dev.fairlead.events.ApplicationEvent;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.Event;
import dev.fairlead.events.EventTypes;
import dev.fairlead.events.HealthEvent.HealthSampled;
import dev.fairlead.events.HealthEvent.HealthUnknown;
import java.time.Clock;

/** Which facts can change anything about alerts; the others need no transaction. */
public final class Interest {

  private static final String DOUBT = EventTypes.nameOf(HealthUnknown.class);

  private final Alerts alerts;
  private final Clock clock;

  Interest(Alerts alerts, Clock clock) {
    this.alerts = alerts;
    this.clock = clock;
  }

  public boolean in(Event event) {
    return switch (event) {
      case ApplicationEvent _ -> true;
      case HealthSampled sampled -> endsDoubt(sampled);
      default -> !Signals.of(Envelope.of("alert", clock.instant(), event)).isEmpty();
    };
  }

  /**
   * One comes a target a minute, and what it can end is rare. A minute that began before the doubt
   * was last told says nothing about it: the prober may have gone blind a second time since, and
   * tells each time once. That is also why an old one that is delivered again does no harm.
   */
  private boolean endsDoubt(HealthSampled sampled) {
    return sampled.probes() > 0
        && alerts.isOpenUnseenSince(Fingerprint.of(DOUBT, sampled.target()), sampled.from());
  }
}
