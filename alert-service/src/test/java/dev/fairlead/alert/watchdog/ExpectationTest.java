package dev.fairlead.alert.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.alert.watchdog.Expectation.Missing;
import dev.fairlead.events.ApplicationEvent.DrillPolicy;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.Severity;
import dev.fairlead.service.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
        new Expectation(database(), berlin, GRACE, APPLIED.minusSeconds(1), readBack(newest));
    Expectation early =
        new Expectation(
            database(), berlin, GRACE, Instant.parse("2026-01-01T00:00:00Z"), readBack(newest));

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
  @DisplayName("may be dated some minutes early by the clock of its database")
  void skew() {
    assertThat(expected(at("10T01:55:00Z")).missing(at("10T05:00:00Z"))).isEmpty();
    assertThat(expected(at("10T01:40:00Z")).missing(at("10T05:00:00Z"))).isPresent();
    assertThat(expected(at("10T01:55:00Z")).missing(at("11T04:00:01Z")))
        .as("the next one is due as ever")
        .isPresent();
  }

  @Test
  @DisplayName("is missing where each one is drilled and it was only read back")
  void undrilled() {
    Instant today = at("10T02:00:03Z");
    Instant yesterday = at("09T02:00:03Z");
    Instant late = at("10T04:00:01Z");

    assertThat(missing(DrillPolicy.EVERY_BACKUP, today, yesterday, late))
        .hasValueSatisfying(
            missing -> assertThat(missing.demand().proof()).isEqualTo(ProofLevel.DRILLED));
    assertThat(missing(DrillPolicy.EVERY_BACKUP, today, today, late)).isEmpty();
    assertThat(missing(DrillPolicy.EVERY_BACKUP, today, null, late)).isPresent();
  }

  @Test
  @DisplayName("is there when it was read back, where nobody promised to drill it")
  void drilledNowAndThen() {
    Instant today = at("10T02:00:03Z");
    Instant late = at("10T04:00:01Z");

    assertThat(missing(DrillPolicy.NEVER, today, null, late)).isEmpty();
    assertThat(missing(DrillPolicy.WEEKLY, today, at("04T02:00:03Z"), late)).isEmpty();
    assertThat(missing(DrillPolicy.DAILY, today, at("09T02:00:03Z"), late)).isEmpty();
  }

  @Test
  @DisplayName("is missing when a week, or a day, has passed without the drill that was promised")
  void drillMissing() {
    Instant today = at("20T02:00:03Z");
    Instant late = at("20T04:00:01Z");

    assertThat(missing(DrillPolicy.WEEKLY, today, at("12T02:00:03Z"), late))
        .hasValueSatisfying(missing -> assertThat(missing.due()).isEqualTo(at("20T02:00:00Z")));
    assertThat(missing(DrillPolicy.DAILY, today, at("18T02:00:03Z"), late)).isPresent();
    assertThat(missing(DrillPolicy.WEEKLY, at("08T02:00:03Z"), null, at("08T12:00:00Z")))
        .as("a week after it was applied")
        .isEmpty();
    assertThat(missing(DrillPolicy.WEEKLY, today, null, late)).isPresent();
  }

  @Test
  @DisplayName("drilled by the policy raises no alarm in two months of either")
  void drillsByPolicy() {
    for (DrillPolicy policy : List.of(DrillPolicy.DAILY, DrillPolicy.WEEKLY)) {
      Duration every = Duration.ofDays(policy == DrillPolicy.DAILY ? 1 : 7);
      Instant backup = at("02T02:00:03Z");
      Instant drilled = backup;
      Instant drilledAt = backup.plus(Duration.ofMinutes(30));
      for (Instant now = drilledAt;
          now.isBefore(APPLIED.plus(Duration.ofDays(60)));
          now = now.plus(Duration.ofMinutes(10))) {
        if (now.isAfter(backup.plus(Duration.ofDays(1)).plus(Duration.ofMinutes(20)))) {
          backup = backup.plus(Duration.ofDays(1));
        }
        if (now.isAfter(drilledAt.plus(every))) { // as DrillRounds has it
          drilledAt = now;
          drilled = backup;
        }
        assertThat(missing(policy, backup, drilled, now)).as("%s at %s", policy, now).isEmpty();
      }
    }
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
            .isEqualTo(now.isAfter(deadlineAfter(newest == null ? APPLIED : covered(newest))));
      }
    }
  }

  private static Instant covered(Instant newest) {
    return newest.plus(Duration.ofMinutes(10));
  }

  /** By hand: the first 02:00 after that moment, and two hours. */
  private static Instant deadlineAfter(Instant moment) {
    Instant day = moment.truncatedTo(java.time.temporal.ChronoUnit.DAYS);
    Instant two = day.plus(Duration.ofHours(2));
    return (two.isAfter(moment) ? two : two.plus(Duration.ofDays(1))).plus(GRACE);
  }

  private static Expectation expected(@Nullable Instant newest) {
    return demanded(readBack(newest));
  }

  private static Expectation demanded(List<Demand> demands) {
    return new Expectation(database(), Schedule.parse("0 0 2 * * *"), GRACE, APPLIED, demands);
  }

  private static List<Demand> readBack(@Nullable Instant newest) {
    return List.of(new Demand(ProofLevel.READ_BACK, Duration.ZERO, newest));
  }

  /** What is known: so much was read back, and so much drilled. */
  private static Optional<Missing> missing(
      DrillPolicy policy, Instant readBack, @Nullable Instant drilled, Instant now) {
    return demanded(
            Demand.of(
                policy,
                ProofLevel.READ_BACK,
                proof -> proof == ProofLevel.DRILLED ? drilled : readBack))
        .missing(now);
  }

  private static DatabaseId database() {
    return new DatabaseId("orders/production/main");
  }

  private static Instant at(String dayAndTime) {
    return Instant.parse("2026-11-" + dayAndTime);
  }
}
