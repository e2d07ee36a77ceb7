package dev.fairlead.console.journal;

import dev.fairlead.console.ConsoleSettings;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Keeps the journal as long as the operator wants it, and no longer. */
@Component
class JournalRetention {

  private static final Logger LOG = LoggerFactory.getLogger(JournalRetention.class);

  private final Journal journal;
  private final ConsoleSettings settings;
  private final Clock clock;

  JournalRetention(Journal journal, ConsoleSettings settings, Clock clock) {
    this.journal = journal;
    this.settings = settings;
    this.clock = clock;
  }

  @Scheduled(cron = "0 17 * * * *")
  void forgetTheOld() {
    int forgotten = journal.forgetBefore(clock.instant().minus(settings.keep()));
    LOG.info("journal trimmed: forgotten={} keep={}", forgotten, settings.keep());
  }
}
