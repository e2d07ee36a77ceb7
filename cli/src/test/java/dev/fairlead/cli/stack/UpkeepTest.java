package dev.fairlead.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The upkeep of a member that dies")
class UpkeepTest {

  private static final Instant START = Instant.parse("2026-11-29T04:00:00Z");

  @Test
  @DisplayName("starts it again after half a second, and not before")
  void firstDeath() {
    Upkeep dead = Upkeep.NEW.died(START);

    assertThat(dead.isDue(START.plusMillis(499))).isFalse();
    assertThat(dead.isDue(START.plusMillis(500))).isTrue();
    assertThat(dead.tried().isDue(START.plusMillis(500))).isFalse();
  }

  @Test
  @DisplayName("waits twice as long after each death, a minute at most")
  void growingPauses() {
    assertThat(pausesUntilGivenUp())
        .containsExactly(
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(4),
            Duration.ofSeconds(8),
            Duration.ofSeconds(16),
            Duration.ofSeconds(32));
  }

  private static List<Duration> pausesUntilGivenUp() {
    List<Duration> pauses = new ArrayList<>();
    Instant now = START;
    Upkeep upkeep = Upkeep.NEW.died(now);
    while (!upkeep.givenUp()) {
      Instant again = upkeep.nextTry().orElseThrow();
      pauses.add(Duration.between(now, again));
      now = again;
      upkeep = upkeep.tried().died(now);
    }
    return pauses;
  }

  @Test
  @DisplayName("gives up at the eighth death within a quarter of an hour")
  void crashLoop() {
    Upkeep upkeep = Upkeep.NEW;
    for (int death = 1; death <= Upkeep.LAST_DEATH; death++) {
      assertThat(upkeep.givenUp()).isFalse();
      upkeep = upkeep.died(START.plus(Duration.ofMinutes(death)));
    }

    assertThat(upkeep.givenUp()).isTrue();
    assertThat(upkeep.isDue(START.plus(Duration.ofDays(1)))).isFalse();
  }

  @Test
  @DisplayName("forgets deaths that are long past")
  void forgets() {
    Upkeep upkeep = Upkeep.NEW;
    for (int death = 0; death < 50; death++) {
      upkeep = upkeep.died(START.plus(Duration.ofHours(death))).tried();
    }

    assertThat(upkeep.givenUp()).isFalse();
    assertThat(upkeep.deaths()).hasSize(1);
  }
}
