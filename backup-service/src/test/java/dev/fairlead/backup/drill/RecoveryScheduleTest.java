package dev.fairlead.backup.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.drill.RecoveryDrills.RecoveryDrill;
import dev.fairlead.events.DatabaseId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A database is to be recovered from a store alone")
class RecoveryScheduleTest {

  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
  private final RecoverySchedule weekly = new RecoverySchedule(Duration.ofDays(7));

  @Test
  @DisplayName("at once the first time, and then every week")
  void everyWeek() {
    assertThat(weekly.isDue(drill(null, null, null), START)).isTrue();
    assertThat(weekly.isDue(drill(START, START, null), day(6))).isFalse();
    assertThat(weekly.isDue(drill(START, START, null), day(7))).isTrue();
  }

  @Test
  @DisplayName("the next day after a failure, also when the clock was set back")
  void afterFailure() {
    assertThat(weekly.isDue(drill(day(7), START, null), day(7).plusSeconds(3600))).isFalse();
    assertThat(weekly.isDue(drill(day(7), START, null), day(8))).isTrue();
    assertThat(weekly.isDue(drill(day(400), START, null), day(8))).isTrue();
  }

  @Test
  @DisplayName("and somebody is told once a day when it was not shown for more than nine days")
  void overdue() {
    assertThat(weekly.isToBeToldOverdue(drill(null, null, null), day(9))).isFalse();
    assertThat(weekly.isToBeToldOverdue(drill(null, null, null), day(9).plusSeconds(1))).isTrue();
    assertThat(weekly.isToBeToldOverdue(drill(day(1), day(1), null), day(9).plusSeconds(1)))
        .isFalse();
    assertThat(weekly.isToBeToldOverdue(drill(null, null, day(10)), day(10).plusSeconds(60)))
        .isFalse();
    assertThat(weekly.isToBeToldOverdue(drill(null, null, day(10)), day(11))).isTrue();
  }

  @Test
  @DisplayName("never where it is turned off")
  void off() {
    RecoverySchedule never = new RecoverySchedule(Duration.ZERO);

    assertThat(never.isDue(drill(null, null, null), day(100))).isFalse();
    assertThat(never.isToBeToldOverdue(drill(null, null, null), day(100))).isFalse();
  }

  @Test
  @DisplayName("at once when somebody orders it or one was broken off, even where it is turned off")
  void ordered() {
    for (RecoverySchedule each : List.of(weekly, new RecoverySchedule(Duration.ZERO))) {
      assertThat(each.isDue(drill(START, START, null, START, 0), day(1))).isTrue();
      assertThat(each.isDue(drill(START, START, null, null, 1), day(1))).isTrue();
      assertThat(each.isDue(drill(START, START, null, null, 0), day(1))).isFalse();
    }
  }

  private static Instant day(int number) {
    return START.plus(Duration.ofDays(number));
  }

  private static RecoveryDrill drill(
      @Nullable Instant attempted, @Nullable Instant succeeded, @Nullable Instant told) {
    return drill(attempted, succeeded, told, null, 0);
  }

  private static RecoveryDrill drill(
      @Nullable Instant attempted,
      @Nullable Instant succeeded,
      @Nullable Instant told,
      @Nullable Instant requested,
      int attempt) {
    return new RecoveryDrill(
        new DatabaseId("orders/production/main"),
        START,
        attempted,
        succeeded,
        told,
        requested,
        attempt,
        null,
        null,
        null,
        null,
        null);
  }
}
