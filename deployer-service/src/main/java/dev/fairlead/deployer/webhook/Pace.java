package dev.fairlead.deployer.webhook;

import dev.fairlead.deployer.DeployerSettings;
import dev.fairlead.deployer.DeployerSettings.Webhooks;
import dev.fairlead.events.Place;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * How often senders may ask. Only messages that prove nothing count against their origin, and only
 * such are turned away for it: an address is shared by all users of GitHub, and by everybody behind
 * a reverse proxy. Messages that are proved, and ask for something, count against their webhook.
 */
@Component
class Pace {

  static final Duration PERIOD = Duration.ofMinutes(1);

  /** Origins that are remembered; whoever has more of them has to be stopped elsewhere. */
  private static final int MOST_NAMES = 10_000;

  private final Limiters origins;
  private final Limiters places;

  @Autowired
  Pace(DeployerSettings settings) {
    this(settings.webhooks());
  }

  Pace(Webhooks settings) {
    this.origins = new Limiters(settings.unprovenPerMinute());
    this.places = new Limiters(settings.perMinute());
  }

  /** Whether fewer messages of this origin than may be forgiven have proved nothing lately. */
  boolean trusts(Origin origin) {
    return origins.of(origin.network()).getMetrics().getAvailablePermissions() > 0;
  }

  /** One more message of this origin proved nothing; whether they were not too many yet. */
  boolean forgives(Origin origin) {
    return origins.of(origin.network()).acquirePermission();
  }

  /** Whether one more message of this webhook may be acted upon. */
  boolean admits(Place place) {
    return places.of(place.toString()).acquirePermission();
  }

  /** One for each name, those that were used last. */
  private static final class Limiters {

    private final RateLimiterConfig config;
    private final Map<String, RateLimiter> byName =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, RateLimiter> eldest) {
            return size() > MOST_NAMES;
          }
        };

    Limiters(int perMinute) {
      this.config =
          RateLimiterConfig.custom()
              .limitForPeriod(perMinute)
              .limitRefreshPeriod(PERIOD)
              .timeoutDuration(Duration.ZERO)
              .build();
    }

    synchronized RateLimiter of(String name) {
      return byName.computeIfAbsent(name, key -> RateLimiter.of(key, config));
    }
  }
}
