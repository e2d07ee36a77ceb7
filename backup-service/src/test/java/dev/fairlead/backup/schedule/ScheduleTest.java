package dev.fairlead.backup.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ScheduleTest {

  private static final Schedule DAILY = Schedule.parse("0 0 2 * * *");

  @Test
  void aYearHasAsManyRunsAsDays() {
    Instant seen = Instant.parse("2026-01-01T00:00:00Z");
    Instant end = Instant.parse("2027-01-01T00:00:00Z");
    int runs = 0;
    for (Instant now = seen; now.isBefore(end); now = now.plus(Duration.ofMinutes(10))) {
      if (DAILY.isDue(seen, now)) {
        runs++;
        seen = now;
      }
    }
    assertThat(runs).isEqualTo(365);
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
  void aScheduleThatCannotBeReadSaysWhatIsExpected() {
    assertThatThrownBy(() -> Schedule.parse("02:00"))
        .hasMessageStartingWith("schedule '02:00' is not valid")
        .hasMessageEndingWith("expected six fields, such as 0 0 2 * * *");
  }
}
