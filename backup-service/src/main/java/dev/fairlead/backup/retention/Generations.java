package dev.fairlead.backup.retention;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Grandfather, father, son: of each of so many days, weeks, months and years the newest good copy.
 * Only days that have a copy are counted, and all begin at midnight UTC; weeks begin on Monday.
 *
 * @param counts how many of each, at least 1; a period that is not there has no such rule
 */
public record Generations(Map<Period, Integer> counts) {

  public static final Generations NONE = new Generations(Map.of());

  /** A stretch of the calendar, known by its first day. */
  public enum Period {
    DAY("day", day -> day),
    WEEK("week", day -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))),
    MONTH("month", day -> day.withDayOfMonth(1)),
    YEAR("year", day -> day.withDayOfYear(1));

    private final String word;
    private final UnaryOperator<LocalDate> start;

    Period(String word, UnaryOperator<LocalDate> start) {
      this.word = word;
      this.start = start;
    }

    LocalDate of(Instant moment) {
      return start.apply(moment.atZone(ZoneOffset.UTC).toLocalDate());
    }
  }

  public Generations {
    counts.forEach(
        (period, count) -> {
          if (count < 1) {
            throw new IllegalArgumentException(
                "to keep %d %ss is not valid; expected 1 or more, or no such rule"
                    .formatted(count, period.word));
          }
        });
    counts = Map.copyOf(counts);
  }

  /** Absent counts have no rule. */
  public static Generations of(
      @Nullable Integer days,
      @Nullable Integer weeks,
      @Nullable Integer months,
      @Nullable Integer years) {
    Map<Period, Integer> counts = new EnumMap<>(Period.class);
    put(counts, Period.DAY, days);
    put(counts, Period.WEEK, weeks);
    put(counts, Period.MONTH, months);
    put(counts, Period.YEAR, years);
    return new Generations(counts);
  }

  private static void put(Map<Period, Integer> counts, Period period, @Nullable Integer count) {
    if (count != null) {
      counts.put(period, count);
    }
  }

  /** Goes through the good copies of one store, the newest first. */
  final class Walk {

    private final Map<Period, LocalDate> last = new EnumMap<>(Period.class);
    private final Map<Period, Integer> seen = new EnumMap<>(Period.class);

    /** Why the next one is kept, if it is. */
    Optional<String> next(Instant snapshotAt) {
      Optional<String> reason = Optional.empty();
      for (Period period : Period.values()) {
        if (isFirstOf(period, snapshotAt) && reason.isEmpty()) {
          reason = Optional.of(reason(period));
        }
      }
      return reason;
    }

    /** Whether it is the newest of a day, week … that is still to be kept. */
    private boolean isFirstOf(Period period, Instant snapshotAt) {
      LocalDate start = period.of(snapshotAt);
      if (start.equals(last.put(period, start))) {
        return false;
      }
      return seen.merge(period, 1, Integer::sum) <= counts.getOrDefault(period, 0);
    }

    private String reason(Period period) {
      return "the newest of one of %d %ss".formatted(counts.getOrDefault(period, 0), period.word);
    }
  }
}
