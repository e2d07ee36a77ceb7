package dev.fairlead.service.schedule;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.scheduling.support.CronExpression;

/**
 * Moments that repeat, by the clock on a wall: a Spring cron expression of six fields and, if it is
 * not UTC, a time zone, as in {@code 0 0 2 * * * Europe/Berlin}.
 *
 * <p>A time of day comes once on every day, as {@link LocalDateTime#atZone} has it: one that summer
 * time skips is made up for by as much later, one that comes twice counts the first time. Schedules
 * of several runs an hour therefore pause in the hour that is repeated.
 */
public record Schedule(CronExpression cron, ZoneId zone) {

  private static final Pattern RULE = Pattern.compile("(\\S+(?:\\s+\\S+){5})(?:\\s+(\\S+))?");

  /**
   * The schedule that a cron expression says, with a time zone behind it or in UTC.
   *
   * @throws IllegalArgumentException when it is no cron expression, or names no time zone
   */
  public static Schedule parse(String text) {
    Matcher parts = RULE.matcher(text.strip());
    if (!parts.matches()) {
      throw invalid(text, "it has not six fields");
    }
    try {
      String zone = parts.group(2);
      return new Schedule(
          CronExpression.parse(parts.group(1)), zone == null ? ZoneOffset.UTC : ZoneId.of(zone));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw invalid(text, String.valueOf(e.getMessage()));
    }
  }

  private static IllegalArgumentException invalid(String text, String why) {
    return new IllegalArgumentException(
        "schedule '%s' is not valid: %s; expected six fields (second minute hour day month weekday)"
                .formatted(text, why)
            + " and perhaps a time zone, such as 0 0 2 * * * Europe/Berlin");
  }

  /** The first moment after {@code seen}; empty when there is none, as with a 30 February. */
  public Optional<Instant> next(Instant seen) {
    LocalDateTime local = seen.atZone(zone).toLocalDateTime();
    for (LocalDateTime at = cron.next(local); at != null; at = cron.next(at)) {
      Instant moment = at.atZone(zone).toInstant();
      if (moment.isAfter(seen)) {
        return Optional.of(moment);
      }
    }
    return Optional.empty();
  }
}
