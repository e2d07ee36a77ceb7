package dev.fairlead.deployer.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A body with 9 s of patience")
class ProgressTest {

  private static final int KB = 1 << 10;

  private final Progress progress = new Progress(Duration.ofSeconds(9), 0);

  @ParameterizedTest(name = "{0} KB every {1} ms is late after {2} ms")
  @CsvSource({
    "0, 100, 3000",
    "1, 1000, 3000",
    "15, 2500, 3000",
    "16, 2500, 9000",
    "1, 100, 9000",
    "64, 100, 9000",
    "100, 4000, 3000"
  })
  @DisplayName("is late when it does not go on, and when it does not end")
  void late(int kilobytes, long everyMillis, long lateMillis) {
    for (long now = 1; now < lateMillis; now++) {
      assertThat(progress.isLate(nanos(now))).as("at %d ms", now).isFalse();
      if (now % everyMillis == 0) {
        progress.came(kilobytes * KB, nanos(now));
      }
    }
    assertThat(progress.isLate(nanos(lateMillis))).isTrue();
  }

  private static long nanos(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }
}
