package dev.fairlead.deployer.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.manifest.Freeze;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Berlin puts its clocks forward on 2026-03-29 at 02:00, and back on 2026-10-25 at 03:00. */
@DisplayName("A freeze window")
class FreezeCalendarTest {

  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @ParameterizedTest(name = "at {0}: until {1}")
  @CsvSource(
      textBlock =
          """
          2026-11-20T15:59:59Z,
          2026-11-20T16:00:00Z, 2026-11-23T07:00:00Z
          2026-11-22T12:00:00Z, 2026-11-23T07:00:00Z
          2026-11-23T06:59:59Z, 2026-11-23T07:00:00Z
          2026-11-23T07:00:00Z,
          2026-03-27T16:00:00Z, 2026-03-30T06:00:00Z
          2026-03-30T05:59:59Z, 2026-03-30T06:00:00Z
          2026-03-30T06:00:00Z,
          2026-10-23T15:00:00Z, 2026-10-26T07:00:00Z
          2026-10-26T06:59:59Z, 2026-10-26T07:00:00Z
          2026-10-26T07:00:00Z,
          """)
  @DisplayName("from Friday 17:00 to Monday 8:00 is that also when the clocks change")
  void weekend(Instant now, Instant until) {
    Freeze weekend =
        new Freeze.Recurring("weekend", "0 0 17 * * FRI", Duration.ofHours(63), BERLIN);

    assertThat(FreezeCalendar.frozenUntil(weekend, now).orElse(null)).isEqualTo(until);
  }

  @ParameterizedTest(name = "at {0}: until {1}")
  @CsvSource(
      textBlock =
          """
          2026-03-29T00:59:59Z,
          2026-03-29T01:00:00Z, 2026-03-29T02:00:00Z
          2026-03-29T01:59:59Z, 2026-03-29T02:00:00Z
          2026-10-24T23:59:59Z,
          2026-10-25T00:00:00Z, 2026-10-25T03:00:00Z
          2026-10-25T02:59:59Z, 2026-10-25T03:00:00Z
          2026-10-25T03:00:00Z,
          """)
  @DisplayName(
      "at night spans the hour that happens twice, and does not vanish with the one that does not")
  void night(Instant now, Instant until) {
    Freeze night = new Freeze.Recurring("night", "0 0 2 * * *", Duration.ofHours(2), BERLIN);

    assertThat(FreezeCalendar.frozenUntil(night, now).orElse(null)).isEqualTo(until);
  }

  @Test
  @DisplayName("may be once, with both ends by the wall clock")
  void once() {
    Freeze yearEnd =
        new Freeze.Once(
            "year end",
            LocalDateTime.parse("2026-12-20T18:00"),
            LocalDateTime.parse("2027-01-02T08:00"),
            BERLIN);

    assertThat(FreezeCalendar.frozenUntil(yearEnd, Instant.parse("2026-12-20T16:59:59Z")))
        .isEmpty();
    assertThat(FreezeCalendar.frozenUntil(yearEnd, Instant.parse("2026-12-20T17:00:00Z")))
        .contains(Instant.parse("2027-01-02T07:00:00Z"));
    assertThat(FreezeCalendar.frozenUntil(yearEnd, Instant.parse("2027-01-02T07:00:00Z")))
        .isEmpty();
  }

  @Test
  @DisplayName("that overlaps with its next one lasts until the later end")
  void overlapping() {
    Freeze daily = new Freeze.Recurring("daily", "0 0 12 * * *", Duration.ofHours(36), BERLIN);

    assertThat(FreezeCalendar.frozenUntil(daily, Instant.parse("2026-06-10T11:00:00Z")))
        .contains(Instant.parse("2026-06-11T22:00:00Z"));
  }
}
