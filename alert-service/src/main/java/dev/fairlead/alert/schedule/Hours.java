package dev.fairlead.alert.schedule;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The part of the week in which a rotation answers, by the wall clock.
 *
 * @param days on which it begins
 * @param from when it begins
 * @param until when it ends; on the next day when it is not after {@code from}
 */
record Hours(Set<DayOfWeek> days, LocalTime from, LocalTime until) {

  static final Hours ALWAYS =
      new Hours(Set.of(DayOfWeek.values()), LocalTime.MIDNIGHT, LocalTime.MIDNIGHT);

  /** Enough to see the next beginning also of one that begins once a week. */
  private static final int DAYS_AHEAD = 9;

  Hours {
    days = Set.copyOf(days);
  }

  boolean contain(Instant moment, ZoneId zone) {
    return spans(moment, zone)
        .anyMatch(span -> !moment.isBefore(span.from()) && moment.isBefore(span.until()));
  }

  /** The next moments at which they begin or end. */
  Stream<Instant> edgesAfter(Instant moment, ZoneId zone) {
    return equals(ALWAYS)
        ? Stream.empty()
        : spans(moment, zone)
            .flatMap(span -> Stream.of(span.from(), span.until()))
            .filter(edge -> edge.isAfter(moment));
  }

  private record Span(Instant from, Instant until) {}

  private Stream<Span> spans(Instant moment, ZoneId zone) {
    LocalDate today = LocalDate.ofInstant(moment, zone);
    return LongStream.rangeClosed(-2, DAYS_AHEAD)
        .mapToObj(today::plusDays)
        .filter(day -> days.contains(day.getDayOfWeek()))
        .map(day -> span(day, zone));
  }

  private Span span(LocalDate day, ZoneId zone) {
    LocalDate end = until.isAfter(from) ? day : day.plusDays(1);
    return new Span(
        WallClock.instant(day.atTime(from), zone), WallClock.instant(end.atTime(until), zone));
  }
}
