package dev.fairlead.health.target;

import dev.fairlead.events.ApplicationEvent.HealthTarget;
import dev.fairlead.events.Place;
import dev.fairlead.events.TargetId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is probed.
 *
 * @param place of the application it belongs to; absent when it comes from the targets file
 * @param expectedUp whether it should already answer: its place was deployed once, or a person
 *     wrote it into the targets file
 */
public record Target(HealthTarget settings, @Nullable Place place, boolean expectedUp) {

  public TargetId id() {
    return settings.id();
  }

  public Duration every() {
    return Duration.ofSeconds(settings.everySeconds());
  }

  public Duration timeout() {
    return Duration.ofMillis(settings.timeoutMillis());
  }
}
