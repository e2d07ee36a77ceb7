package dev.fairlead.service.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A schedule")
class ScheduleTest {

  /** Both directions of summer time, half an hour of it, a day that never was, none at all. */
  private static final List<String> ZONES =
      List.of(
          "Europe/Berlin",
          "America/New_York",
          "America/Santiago",
          "Australia/Lord_Howe",
          "Pacific/Apia",
          "Africa/Cairo",
          "Asia/Kolkata",
          "UTC");

  @Test
  @DisplayName("has one moment on every day, the one java.time gives to that time of day")
  void onceADay() {
    Random random = new Random(7);
    for (String zone : ZONES) {
      for (int sample = 0; sample < 12; sample++) {
        LocalTime time = LocalTime.of(random.nextInt(24), random.nextInt(60));
        everyDay(ZoneId.of(zone), time, LocalDate.of(2009 + random.nextInt(20), 1, 1));
      }
    }
  }

  private static void everyDay(ZoneId zone, LocalTime time, LocalDate first) {
    String cron = "0 %d %d * * * %s".formatted(time.getMinute(), time.getHour(), zone);
    Schedule schedule = Schedule.parse(cron);
    Instant seen = first.atTime(time).atZone(zone).toInstant();
    for (int day = 1; day <= 366; day++) {
      Instant expected = first.plusDays(day).atTime(time).atZone(zone).toInstant();
      if (expected.equals(seen)) {
        continue; // Samoa left out 30 December 2011: two dates are one moment there
      }
      seen = schedule.next(seen).orElseThrow();
      assertThat(seen).as("%s on day %d after %s", cron, day, first).isEqualTo(expected);
    }
  }

  @Test
  @DisplayName("is later than what was seen, wherever in the repeated hour that was")
  void alwaysLater() {
    Schedule schedule = Schedule.parse("0 */20 * * * * Europe/Berlin");
    Instant end = Instant.parse("2026-10-25T04:00:00Z");
    Instant seen = Instant.parse("2026-10-24T22:00:00Z");
    while (seen.isBefore(end)) {
      assertThat(schedule.next(seen).orElseThrow()).isAfter(seen);
      seen = seen.plusSeconds(61);
    }
  }

  @Test
  @DisplayName("without a zone is in UTC")
  void utc() {
    assertThat(Schedule.parse("0 0 2 * * *").next(Instant.parse("2026-07-01T02:00:00Z")))
        .contains(Instant.parse("2026-07-02T02:00:00Z"));
  }

  @Test
  @DisplayName("that never comes has no next moment")
  void never() {
    assertThat(Schedule.parse("0 0 2 30 2 *").next(Instant.EPOCH)).isEmpty();
  }

  @Test
  @DisplayName("that cannot be read says what is expected")
  void unreadable() {
    for (String text : List.of("02:00", "0 0 25 * * *", "0 0 2 * * * Mars/Olympus", "")) {
      assertThatThrownBy(() -> Schedule.parse(text))
          .hasMessageStartingWith("schedule '%s' is not valid".formatted(text))
          .hasMessageEndingWith("such as 0 0 2 * * * Europe/Berlin");
    }
  }
}
