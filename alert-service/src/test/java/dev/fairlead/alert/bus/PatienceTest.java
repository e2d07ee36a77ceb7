package dev.fairlead.alert.bus;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The watchdog's patience")
class PatienceTest {

  private final Patience patience = new Patience();

  @Test
  @DisplayName("is over a quarter of an hour after the first question")
  void limit() {
    assertThat(isOverAfter(Duration.ofDays(7))).isFalse();
    assertThat(isOverAfter(Duration.ofDays(7).plusMinutes(15))).isFalse();
    assertThat(isOverAfter(Duration.ofDays(7).plusMinutes(16))).isTrue();
  }

  @Test
  @DisplayName("begins anew once there was nothing to wait for")
  void renewed() {
    assertThat(isOverAfter(Duration.ZERO)).isFalse();
    patience.renew();

    assertThat(isOverAfter(Duration.ofDays(7))).isFalse();
  }

  private boolean isOverAfter(Duration time) {
    return patience.isOver(time.toNanos());
  }
}
