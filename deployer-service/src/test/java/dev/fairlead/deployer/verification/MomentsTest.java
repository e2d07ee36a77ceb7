package dev.fairlead.deployer.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.rollout.Canary;
import dev.fairlead.deployer.rollout.Looks;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The moments of a watch")
class MomentsTest {

  @Test
  @DisplayName("are seconds in a watch of minutes, and tenths of a window that is shorter")
  void seconds() {
    assertThat(moments(Duration.ofSeconds(10))).isEqualTo(160);
    assertThat(Moments.after(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1)))
        .isEqualTo(Duration.ofMillis(100));
    assertThat(Moments.after(Duration.ofSeconds(9), Duration.ofSeconds(10), Duration.ofSeconds(9)))
        .isZero();
  }

  @ParameterizedTest
  @CsvSource({"PT1H, 1300", "PT24H, 1800"})
  @DisplayName("are some hundred, not a million, in the longest one")
  void bounded(Duration window, int most) {
    assertThat(moments(window)).isBetween(600, most);
  }

  @Test
  @DisplayName("all fit into the time that a deployment has for them")
  void longest() {
    Duration bake = Duration.ofMinutes(2);
    Canary canary = new Canary(List.of(new Canary.Step(5, bake), new Canary.Step(25, bake)), null);

    assertThat(canary.watching()).isGreaterThanOrEqualTo(lastLook(bake).multipliedBy(2));
  }

  private static int moments(Duration window) {
    int count = 0;
    Duration now = Duration.ZERO;
    while (now.compareTo(lastLook(window)) < 0) {
      now = now.plus(Moments.after(now, window, lastLook(window)));
      count++;
    }
    return count;
  }

  private static Duration lastLook(Duration window) {
    return new FiguresCheck(window, 1, 0, Duration.ofSeconds(1), 0, 1).look(Looks.COUNT - 1);
  }
}
