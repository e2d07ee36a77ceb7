package dev.fairlead.edge.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateLockTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir Path folder;

  @Test
  void isTakenAsSoonAsTheOneInChargeLeavesIt() throws Exception {
    try (StateLock first = inCharge();
        StateLock second = lock()) {
      second.begin(LONG);
      FutureTask<Boolean> taking =
          new FutureTask<>(
              () -> {
                second.take(false, LONG);
                return true;
              });
      Thread taker = Thread.ofPlatform().daemon().start(taking);
      await().until(() -> taker.getState() == Thread.State.TIMED_WAITING);

      first.close();

      assertThat(taking.get()).isTrue();
    }
  }

  @Test
  void isRefusedWhenTheOneInChargeKeepsIt() throws Exception {
    try (StateLock first = inCharge();
        StateLock second = lock()) {
      second.begin(LONG);
      assertThatThrownBy(() -> second.take(false, Duration.ZERO))
          .isInstanceOf(StateTaken.class)
          .hasMessageContaining("uses the state file");
      assertThat(first).isNotNull();
    }
  }

  private StateLock inCharge() throws StateTaken {
    StateLock lock = lock();
    lock.begin(LONG);
    lock.take(false, LONG);
    return lock;
  }

  private StateLock lock() {
    return new StateLock(folder.resolve("routes.json"));
  }
}
