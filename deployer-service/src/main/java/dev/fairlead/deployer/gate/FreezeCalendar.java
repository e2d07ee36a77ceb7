package dev.fairlead.deployer.gate;

import dev.fairlead.deployer.manifest.Freeze;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Optional;
import org.springframework.scheduling.support.CronExpression;

/**
 * Until when a freeze lasts. Pure. Where the clocks are put forward, a time that does not exist is
 * the first one after the gap; where they are put back, a freeze begins with the first and ends
 * with the second of two equal times.
 */
final class FreezeCalendar {

  /** Clocks are never put back by more. */
  private static final Duration LARGEST_SHIFT = Duration.ofHours(3);

  private FreezeCalendar() {}

  /** Empty when it is not frozen now. */
  static Optional<Instant> frozenUntil(Freeze freeze, Instant now) {
    return switch (freeze) {
      case Freeze.Once once -> end(once.from(), once.until(), once.zone(), now);
      case Freeze.Recurring recurring -> frozenUntil(recurring, now);
    };
  }

  private static Optional<Instant> frozenUntil(Freeze.Recurring freeze, Instant now) {
    CronExpression cron = CronExpression.parse(freeze.starts());
    LocalDateTime local = LocalDateTime.ofInstant(now, freeze.zone());
    LocalDateTime last = local.plus(LARGEST_SHIFT);
    Optional<Instant> latest = Optional.empty();
    LocalDateTime start = cron.next(local.minus(freeze.length()).minus(LARGEST_SHIFT));
    while (start != null && !start.isAfter(last)) {
      Optional<Instant> end = end(start, start.plus(freeze.length()), freeze.zone(), now);
      latest = end.isPresent() ? end : latest;
      start = cron.next(start);
    }
    return latest;
  }

  private static Optional<Instant> end(
      LocalDateTime from, LocalDateTime until, ZoneId zone, Instant now) {
    Instant start = from.atZone(zone).withEarlierOffsetAtOverlap().toInstant();
    Instant end = until.atZone(zone).withLaterOffsetAtOverlap().toInstant();
    return !now.isBefore(start) && now.isBefore(end) ? Optional.of(end) : Optional.empty();
  }
}
