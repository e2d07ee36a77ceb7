package dev.fairlead.health.probe;

import dev.fairlead.events.ApplicationEvent.HealthTarget;
import dev.fairlead.events.SecretReference;
import java.time.Clock;
import java.util.List;

/** A prober with its pulse and its sight, and the one password it knows. */
final class Observer implements AutoCloseable {

  private final String password;
  private final Pulse pulse = new Pulse();
  private final Sight sight = new Sight(pulse, new NameServers(), List.of());
  private final Prober prober;

  Observer() {
    this("");
  }

  Observer(String password) {
    this.password = password;
    this.prober = new Prober(this::secretOf, sight, Clock.systemUTC(), 200);
  }

  Prober prober() {
    return prober;
  }

  Pulse pulse() {
    return pulse;
  }

  Sight sight() {
    return sight;
  }

  Finding ask(HealthTarget target) throws InterruptedException {
    return prober.probe(target).finding();
  }

  private String secretOf(SecretReference reference) {
    if (reference.equals(Targets.PASSWORD)) {
      return password;
    }
    throw new IllegalStateException(reference + " is not set");
  }

  @Override
  public void close() {
    prober.close();
    sight.close();
    pulse.close();
  }
}
