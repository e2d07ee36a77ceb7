package dev.fairlead.alert.watchdog;

import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.Severity;
import dev.fairlead.service.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * That a database is backed up, and since when: the watchdog's whole knowledge of it.
 *
 * @param grace how long after it is due a backup may be complete and proved
 * @param since when this was first expected; nothing earlier is missing
 * @param demands all of which hold, the one that matters most first
 */
public record Expectation(
    DatabaseId database, Schedule schedule, Duration grace, Instant since, List<Demand> demands) {

  /**
   * The clock that dates the data of a backup is its database's, and the one that says when it was
   * due is ours: what is this much too early for its schedule was made for it all the same.
   */
  private static final Duration CLOCKS_APART = Duration.ofMinutes(10);

  /** A backup from further in the future than this was dated by a clock that was wrong. */
  private static final Duration WRONG_CLOCK = Duration.ofDays(1);

  /**
   * A backup that should be there and is not.
   *
   * @param due when the first one was due that did not come
   * @param severity critical once a second one did not come either
   */
  public record Missing(Expectation expected, Demand demand, Instant due, Severity severity) {}

  /** Empty while nothing is overdue. */
  public Optional<Missing> missing(Instant now) {
    return demands.stream().flatMap(demand -> missing(demand, now)).findFirst();
  }

  private Stream<Missing> missing(Demand demand, Instant now) {
    Instant overdue = now.minus(grace);
    return schedule.next(from(demand, now).plus(demand.every())).stream()
        .filter(due -> due.isBefore(overdue))
        .map(due -> new Missing(this, demand, due, severity(demand, due, overdue)));
  }

  private Instant from(Demand demand, Instant now) {
    Instant newest = demand.newest();
    if (newest == null || newest.isAfter(now.plus(WRONG_CLOCK))) {
      return since;
    }
    Instant covered = newest.plus(CLOCKS_APART);
    return covered.isAfter(since) ? covered : since;
  }

  private Severity severity(Demand demand, Instant due, Instant overdue) {
    return schedule
            .next(due.plus(demand.every()))
            .filter(second -> second.isBefore(overdue))
            .isPresent()
        ? Severity.CRITICAL
        : Severity.ERROR;
  }
}
