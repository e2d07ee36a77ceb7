package dev.fairlead.cli.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.cli.Exit;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A deployment is watched")
class PatienceTest {

  private static final Duration MOMENT = Duration.ofMillis(400);
  private static final Duration DAYS = Duration.ofDays(3);

  @Test
  @DisplayName("to its end, however long that takes, while the deployer answers")
  void unlimited() {
    Patience patience = new Patience(Optional.empty());

    assertThat(patience.exhausted(DAYS, MOMENT)).isEmpty();
    assertThat(patience.exhausted(DAYS, Patience.LONGEST_SILENCE)).isEmpty();
    assertThat(patience.exhausted(DAYS, Patience.LONGEST_SILENCE.plus(MOMENT)))
        .hasValue(Exit.UNREACHABLE);
  }

  @Test
  @DisplayName("for as long as its caller says, whether the deployer answers or not")
  void limited() {
    Patience patience = new Patience(Optional.of(Duration.ofHours(1)));

    assertThat(patience.exhausted(Duration.ofMinutes(59), Duration.ofMinutes(59))).isEmpty();
    assertThat(patience.exhausted(Duration.ofMinutes(61), MOMENT)).hasValue(Exit.TIMED_OUT);
    assertThat(patience.exhausted(Duration.ofMinutes(61), Duration.ofMinutes(61)))
        .hasValue(Exit.TIMED_OUT);
  }
}
