package dev.fairlead.console.overview;

import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Has the last words forgotten of what is long over or gone. */
@Component
class LastWordRetention {

  private static final Logger LOG = LoggerFactory.getLogger(LastWordRetention.class);

  /** As long as alert-service remembers an alert that is over. */
  private static final Duration REMEMBERED = Duration.ofDays(90);

  private final LastWords lastWords;
  private final Clock clock;

  LastWordRetention(LastWords lastWords, Clock clock) {
    this.lastWords = lastWords;
    this.clock = clock;
  }

  @Scheduled(cron = "0 37 * * * *")
  void forgetTheGone() {
    int forgotten = lastWords.forgetGone(clock.instant().minus(REMEMBERED));
    LOG.info("last words trimmed: forgotten={}", forgotten);
  }
}
