package dev.fairlead.service.outbox;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Down while Kafka refuses an event, so that all after it wait. Kafka being away is not told here:
 * it passes by itself.
 */
final class OutboxHealth implements HealthIndicator {

  private final AtomicInteger refusals = new AtomicInteger();
  private volatile @Nullable String refusal;

  void refused(String reason) {
    refusal = reason;
    refusals.incrementAndGet();
  }

  /** How often since the start. */
  int refusals() {
    return refusals.get();
  }

  void accepted() {
    refusal = null;
  }

  @Override
  public Health health() {
    String reason = refusal;
    return reason == null
        ? Health.up().build()
        : Health.down()
            .withDetail("refused", reason)
            .withDetail("times", refusals())
            .withDetail("next", "tried again every few seconds; correct the topic or the rights")
            .build();
  }
}
