package dev.fairlead.alert.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The rounds of the duty desk")
class DutyRoundsTest {

  @Test
  @DisplayName("go on after whatever goes wrong in one of them")
  void goOn() throws InterruptedException {
    CountDownLatch looks = new CountDownLatch(2);
    DutyRounds rounds =
        new DutyRounds(
            () -> {
              looks.countDown();
              throw new IllegalStateException("a rota that cannot be reckoned");
            });

    rounds.start();

    assertThat(looks.await(1, TimeUnit.MINUTES)).isTrue();
    rounds.stop();
  }
}
