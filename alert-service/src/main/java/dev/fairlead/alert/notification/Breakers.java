package dev.fairlead.alert.notification;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One circuit breaker a channel. */
final class Breakers {

  private static final Logger LOG = LoggerFactory.getLogger(Breakers.class);

  /**
   * Of the calls within a minute at least three, and half of them failed: the library's default of
   * 100 calls would never be reached at a message a second.
   */
  private static final CircuitBreakerConfig CONFIG =
      CircuitBreakerConfig.custom()
          .slidingWindowType(SlidingWindowType.TIME_BASED)
          .slidingWindowSize(60)
          .minimumNumberOfCalls(3)
          .failureRateThreshold(50)
          .waitDurationInOpenState(Duration.ofSeconds(30))
          .permittedNumberOfCallsInHalfOpenState(1)
          .build();

  private Breakers() {}

  static CircuitBreaker of(String channel) {
    CircuitBreaker breaker = CircuitBreaker.of(channel, CONFIG);
    breaker
        .getEventPublisher()
        .onStateTransition(
            event -> LOG.warn("channel={} circuit {}", channel, event.getStateTransition()));
    return breaker;
  }
}
