package dev.fairlead.backup.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.events.DatabaseId;
import dev.fairlead.service.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TimetableTest {

  private static final DatabaseId ORDERS = new DatabaseId("orders/production/main");
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Timetable DAILY = daily("0 0 2 * * *", Duration.ZERO);

  @Test
  void everyDayHasOneRunInAnyZoneWhateverTheServiceGoesThrough() {
    for (long seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      Timetable timetable = daily("0 30 2 * * * Europe/Berlin", Duration.ofMinutes(20));
      Instant seen = Instant.parse("2026-01-01T00:00:00Z");
      Instant end = Instant.parse("2027-01-01T00:00:00Z");
      Set<LocalDate> days = new TreeSet<>();
      int runs = 0;
      for (Instant now = seen; now.isBefore(end); now = now.plus(pause(random))) {
        if (timetable.isDue(seen, now)) {
          seen = now; // as a restarted service would find it in its database
          runs++;
          days.add(now.minus(Duration.ofHours(1)).atZone(BERLIN).toLocalDate());
        }
      }
      assertThat(runs).as("seed %d", seed).isEqualTo(365);
      assertThat(days).as("seed %d", seed).hasSize(365);
    }
  }

  /** Mostly rounds, at times a restart of up to an hour. */
  private static Duration pause(Random random) {
    return Duration.ofSeconds(random.nextInt(40) == 0 ? random.nextInt(3_600) : 600);
  }

  @Test
  void afterAnOutageOneRunMakesUpForAll() {
    Instant seen = Instant.parse("2026-03-01T02:00:05Z");
    Instant back = Instant.parse("2026-03-04T11:00:00Z");

    assertThat(DAILY.isDue(seen, back)).isTrue();
    assertThat(DAILY.isDue(back, back.plusSeconds(15))).isFalse();
  }

  @Test
  void aClockThatWasSetBackMakesNoSecondRun() {
    Instant seen = Instant.parse("2026-03-01T02:00:05Z");

    assertThat(DAILY.isDue(seen, seen.minus(Duration.ofHours(2)))).isFalse();
    assertThat(DAILY.isDue(seen, Instant.parse("2026-03-01T02:00:30Z"))).isFalse();
  }

  @Test
  void aClockThatWasAYearAheadDoesNotEndBackupsForAYear() {
    Instant now = Instant.parse("2026-03-01T12:00:00Z");

    assertThat(DAILY.isDue(now.plus(Duration.ofDays(365)), now)).isTrue();
  }

  @Test
  void databasesAreSpreadAndEachKeepsItsPlace() {
    Duration spread = Duration.ofMinutes(30);
    Schedule schedule = Schedule.parse("0 0 2 * * *");
    Set<Duration> delays = new HashSet<>();
    for (int n = 0; n < 100; n++) {
      DatabaseId database = new DatabaseId("shop-%d/production/main".formatted(n));
      Duration delay = Timetable.of(schedule, database, spread).delay();
      assertThat(delay).isEqualTo(Timetable.of(schedule, database, spread).delay());
      assertThat(delay).isBetween(Duration.ZERO, spread);
      delays.add(delay.truncatedTo(java.time.temporal.ChronoUnit.MINUTES));
    }
    assertThat(delays).as("minutes in use of 30").hasSizeGreaterThan(20);
  }

  @Test
  void noDelayMovesARunToAnotherDay() {
    Timetable timetable = new Timetable(Schedule.parse("0 55 23 * * *"), Duration.ofMinutes(10));
    Instant seen = Instant.parse("2026-03-02T00:05:00Z");

    assertThat(timetable.isDue(seen, Instant.parse("2026-03-03T00:04:59Z"))).isFalse();
    assertThat(timetable.isDue(seen, Instant.parse("2026-03-03T00:05:00Z"))).isTrue();
  }

  private static Timetable daily(String cron, Duration spread) {
    return Timetable.of(Schedule.parse(cron), ORDERS, spread);
  }
}
