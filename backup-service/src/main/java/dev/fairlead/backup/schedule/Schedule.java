package dev.fairlead.backup.schedule;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.springframework.scheduling.support.CronExpression;

/** When a database is due: a Spring cron expression, read in UTC, which knows no summer time. */
public record Schedule(CronExpression cron) {

  /**
   * @throws IllegalArgumentException when it is no cron expression of six fields
   */
  public static Schedule parse(String cron) {
    try {
      return new Schedule(CronExpression.parse(cron));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "schedule '%s' is not valid: %s; expected six fields, such as 0 0 2 * * *"
              .formatted(cron, e.getMessage()),
          e);
    }
  }

  /**
   * Whether a run was due after {@code seen} and not later than {@code now}. However many were
   * missed meanwhile, one makes up for all; a clock that was set back makes none.
   */
  public boolean isDue(Instant seen, Instant now) {
    ZonedDateTime next = cron.next(seen.atZone(ZoneOffset.UTC));
    return next != null && !next.toInstant().isAfter(now);
  }
}
