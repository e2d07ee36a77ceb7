package dev.fairlead.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.events.BackupEvent.TransferProgress;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Progress")
class ProgressPaceTest {

  private static final Instant START = Instant.parse("2026-11-21T02:00:00Z");

  private final ProgressPace pace = new ProgressPace(START);

  @Test
  @DisplayName("is told every five seconds, with the rest at the pace so far")
  void throttled() {
    assertThat(pace.at(10, 100, START.plusSeconds(4))).isEmpty();
    assertThat(pace.at(25, 100, START.plusSeconds(5)))
        .contains(new TransferProgress(25, 100, 15_000L));
    assertThat(pace.at(30, 100, START.plusSeconds(6))).isEmpty();
    assertThat(pace.at(50, 100, START.plusSeconds(10)))
        .contains(new TransferProgress(50, 100, 10_000L));
  }

  @Test
  @DisplayName("expects no less than what is done, and guesses nothing from nothing")
  void beyondTheEstimate() {
    assertThat(pace.at(0, 100, START.plusSeconds(5))).contains(new TransferProgress(0, 100, null));
    assertThat(pace.at(120, 100, START.plusSeconds(10)))
        .contains(new TransferProgress(120, 120, 0L));
  }

  @Test
  @DisplayName("is not told when the clock goes back")
  void clockGoesBack() {
    assertThat(pace.at(10, 100, START.minusSeconds(3_600))).isEmpty();
  }
}
