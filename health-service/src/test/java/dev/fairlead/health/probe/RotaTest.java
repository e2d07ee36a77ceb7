package dev.fairlead.health.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.events.TargetId;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RotaTest {

  @Test
  @DisplayName("ten thousand targets are spread evenly over their first interval")
  void spreadFromTheStart() {
    int[] perSecond = new int[30];
    for (int i = 0; i < 10_000; i++) {
      TargetId id = new TargetId("orders-%d/production/http".formatted(i));
      Duration first = Rota.untilFirst(id, Duration.ofSeconds(30), 1_763_700_000_123L);
      assertThat(first).isBetween(Duration.ZERO, Duration.ofMillis(29_999));
      perSecond[(int) first.toSeconds()]++;
    }
    for (int count : perSecond) {
      assertThat(count).isBetween(250, 420);
    }
  }

  @Test
  @DisplayName("a target keeps its moment over a restart")
  void keepsItsMoment() {
    TargetId id = new TargetId("orders/production/http");
    Duration every = Duration.ofSeconds(30);
    long moment = 1_000_000 + Rota.untilFirst(id, every, 1_000_000).toMillis();
    assertThat(Rota.untilFirst(id, every, moment - 7_000)).isEqualTo(Duration.ofSeconds(7));
    assertThat(Rota.untilFirst(id, every, moment)).isEqualTo(Duration.ZERO);
  }

  @Test
  @DisplayName("a turn that hangs is not begun twice, and others keep their turns")
  void oneTurnAtATime() throws Exception {
    try (Rota rota = new Rota(Clock.systemUTC())) {
      AtomicInteger hung = new AtomicInteger();
      AtomicInteger quick = new AtomicInteger();
      CountDownLatch end = new CountDownLatch(1);
      rota.put(
          new TargetId("hung"),
          Duration.ofMillis(20),
          () -> {
            hung.incrementAndGet();
            awaitQuietly(end);
          });
      rota.put(new TargetId("quick"), Duration.ofMillis(20), quick::incrementAndGet);
      await().atMost(Duration.ofSeconds(10)).until(() -> quick.get() > 20);
      assertThat(hung).hasValue(1);
      rota.remove(new TargetId("quick"));
      end.countDown();
      await().atMost(Duration.ofSeconds(10)).until(() -> hung.get() > 10);
      assertThat(quick.get()).isLessThan(60);
    }
  }

  private static void awaitQuietly(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
