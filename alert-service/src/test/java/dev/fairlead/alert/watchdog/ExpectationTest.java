package dev.fairlead.alert.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.alert.watchdog.Expectation.Missing;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.Severity;
import dev.fairlead.service.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A backup that is expected")
class ExpectationTest {

  private static final Instant APPLIED = Instant.parse("2026-11-01T12:00:00Z");
  private static final Duration GRACE = Duration.ofHours(2);

  @Test
  @DisplayName("is not missing before its first period and its grace are over")
  void firstPeriod() {
    assertThat(expected(null).missing(APPLIED)).isEmpty();
    assertThat(expected(null).missing(at("02T04:00:00Z"))).isEmpty();
    assertThat(expected(null).missing(at("02T04:00:01Z")))
        .hasValueSatisfying(missing -> assertThat(missing.due()).isEqualTo(at("02T02:00:00Z")));
  }

  @Test
  @DisplayName("is missing again one period and grace after the newest one")
  void afterTheNewest() {
    Expectation expected = expected(at("10T02:00:03Z"));

    assertThat(expected.missing(at("11T03:59:59Z"))).isEmpty();
    assertThat(expected.missing(at("11T04:00:01Z")).orElseThrow().severity())
        .isEqualTo(Severity.ERROR);
    assertThat(expected.missing(at("12T04:00:01Z")).orElseThrow().severity())
        .as("the second one did not come either")
        .isEqualTo(Severity.CRITICAL);
  }

  @Test
  @DisplayName("of another hour counts as well: a release made it")
  void outOfTurn() {
    assertThat(expected(at("10T15:00:00Z")).missing(at("11T03:00:00Z"))).isEmpty();
  }

  @Test
  @DisplayName("keeps its time of day over summer time")
  void summerTime() {
    Schedule berlin = Schedule.parse("0 30 2 * * * Europe/Berlin");
    Instant newest = Instant.parse("2026-03-28T01:30:10Z");
    Expectation expected =
        new Expectation(
            database(), berlin, GRACE, ProofLevel.READ_BACK, APPLIED.minusSeconds(1), newest);
    Expectation early =
        new Expectation(
            database(),
            berlin,
            GRACE,
            ProofLevel.READ_BACK,
            Instant.parse("2026-01-01T00:00:00Z"),
            newest);

    assertThat(early.missing(Instant.parse("2026-03-29T03:30:00Z"))).isEmpty();
    assertThat(early.missing(Instant.parse("2026-03-29T03:30:01Z")).orElseThrow().due())
        .as("02:30 is skipped on that day, so it is 03:30 there")
        .isEqualTo(Instant.parse("2026-03-29T01:30:00Z"));
    assertThat(expected.missing(APPLIED)).as("nothing before it was applied").isEmpty();
  }

  @Test
  @DisplayName("dated by a clock that was a year ahead does not silence the watch")
  void wrongClock() {
    Expectation expected = expected(at("05T02:00:00Z").plus(Duration.ofDays(365)));

    assertThat(expected.missing(at("05T04:00:01Z"))).isPresent();
  }

  @Test
  @DisplayName("is reported on every moment after its deadline, and on none before, in any history")
  void randomHistories() {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      Instant newest = null;
      Instant end = APPLIED.plus(Duration.ofDays(40));
      for (Instant now = APPLIED;
          now.isBefore(end);
          now = now.plusSeconds(random.nextInt(20_000))) {
        if (random.nextInt(6) == 0) {
          newest = now;
        }
        assertThat(expected(newest).missing(now).map(Missing::due).isPresent())
            .as("seed %d at %s, newest %s", seed, now, newest)
            .isEqualTo(now.isAfter(deadlineAfter(newest == null ? APPLIED : newest)));
      }
    }
  }

  /** By hand: the first 02:00 after that moment, and two hours. */
  private static Instant deadlineAfter(Instant moment) {
    Instant day = moment.truncatedTo(java.time.temporal.ChronoUnit.DAYS);
    Instant two = day.plus(Duration.ofHours(2));
    return (two.isAfter(moment) ? two : two.plus(Duration.ofDays(1))).plus(GRACE);
  }

  private static Expectation expected(@Nullable Instant newest) {
    return new Expectation(
        database(), Schedule.parse("0 0 2 * * *"), GRACE, ProofLevel.READ_BACK, APPLIED, newest);
  }

  private static DatabaseId database() {
    return new DatabaseId("orders/production/main");
  }

  private static Instant at(String dayAndTime) {
    return Instant.parse("2026-11-" + dayAndTime);
  }
}
