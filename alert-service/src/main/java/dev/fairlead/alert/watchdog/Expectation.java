package dev.fairlead.alert.watchdog;

import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.Severity;
import dev.fairlead.service.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * That a database is backed up, and since when: the watchdog's whole knowledge of it.
 *
 * @param grace how long after it is due a backup may be complete and proved
 * @param since when this was first expected; nothing earlier is missing
 * @param newest the moment whose data the newest backup holds that is proved well enough
 */
public record Expectation(
    DatabaseId database,
    Schedule schedule,
    Duration grace,
    ProofLevel proof,
    Instant since,
    @Nullable Instant newest) {

  /** A backup from further in the future than this was dated by a clock that was wrong. */
  private static final Duration WRONG_CLOCK = Duration.ofDays(1);

  /**
   * A backup that should be there and is not.
   *
   * @param due when the first one was due that did not come
   * @param severity critical once a second one did not come either
   */
  public record Missing(Expectation expected, Instant due, Severity severity) {}

  /** Empty while nothing is overdue. */
  public Optional<Missing> missing(Instant now) {
    Instant seen = newest != null && newest.isAfter(since) ? newest : since;
    Instant from = seen.isAfter(now.plus(WRONG_CLOCK)) ? since : seen;
    Instant overdue = now.minus(grace);
    return schedule
        .next(from)
        .filter(due -> due.isBefore(overdue))
        .map(due -> new Missing(this, due, severity(due, overdue)));
  }

  private Severity severity(Instant due, Instant overdue) {
    return schedule.next(due).filter(second -> second.isBefore(overdue)).isPresent()
        ? Severity.CRITICAL
        : Severity.ERROR;
  }
}
