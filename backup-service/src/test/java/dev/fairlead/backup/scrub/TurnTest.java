package dev.fairlead.backup.scrub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.events.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TurnTest {

  private static final Duration PERIOD = Duration.ofDays(6);
  private static final Turn TURN = new Turn(PERIOD);
  private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

  @Test
  void theNextTurnIsLaterAndWithinOnePeriodAndThenOnceAPeriod() {
    Random random = new Random(3);
    for (int n = 0; n < 10_000; n++) {
      BackupId backup = BackupId.random();
      Instant read = START.plusSeconds(random.nextInt(10_000_000));
      Instant next = TURN.next(backup, "disk", read);

      assertThat(next).isAfter(read).isBeforeOrEqualTo(read.plus(PERIOD));
      assertThat(TURN.next(backup, "disk", next)).isEqualTo(next.plus(PERIOD));
    }
  }

  @Test
  void everyDayHasItsShare() {
    int[] days = new int[6];
    for (int n = 0; n < 6_000; n++) {
      Instant next = TURN.next(BackupId.random(), n % 2 == 0 ? "disk" : "s3", START);
      days[(int) Math.min(5, Duration.between(START, next).toDays())]++;
    }
    assertThat(Arrays.stream(days).boxed()).allMatch(count -> count > 800 && count < 1_200);
  }

  @Test
  void howeverOftenTheServiceIsDownNothingStaysUnreadForAWeek() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      BackupId backup = BackupId.random();
      Instant read = START;
      for (Instant now = START; now.isBefore(START.plus(Duration.ofDays(90))); ) {
        if (!TURN.next(backup, "s3", read).isAfter(now)) {
          read = now;
        }
        assertThat(Duration.between(read, now)).isLessThan(Duration.ofDays(7));
        now = now.plus(Duration.ofMinutes(random.nextInt(24 * 60))); // up to a day away
      }
    }
  }
}
