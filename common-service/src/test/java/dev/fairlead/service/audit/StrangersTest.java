package dev.fairlead.service.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Of nobody's refused requests")
class StrangersTest {

  private static final Instant NOW = Instant.parse("2026-11-29T10:00:00Z");

  private final Strangers strangers = new Strangers();

  @Test
  @DisplayName("sixty a minute are recorded, and the next one tells how many were not")
  void counted() {
    int recorded = 0;
    for (int request = 0; request < 5000; request++) {
      recorded += strangers.admit(NOW.plusMillis(10L * request)).isPresent() ? 1 : 0;
    }

    assertThat(recorded).isEqualTo(60);
    assertThat(strangers.admit(NOW.plusSeconds(60))).hasValue(4940);
    assertThat(strangers.admit(NOW.plusSeconds(60))).hasValue(0);
  }

  @Test
  @DisplayName("some are recorded again when the clock was put back")
  void clockPutBack() {
    for (int request = 0; request < 100; request++) {
      strangers.admit(NOW);
    }

    assertThat(strangers.admit(NOW.minusSeconds(7200))).hasValue(40);
  }
}
