package dev.fairlead.deployer.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.events.Place;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Caretakers")
class CaretakersTest {

  private static final Place SLOW = Place.of("slow", "staging");
  private static final Place QUICK = Place.of("quick", "staging");
  private static final Place THIRD = Place.of("third", "staging");

  private final Caretakers caretakers = new Caretakers(2);
  private final Queue<Place> visited = new ConcurrentLinkedQueue<>();
  private final CountDownLatch slowIsDone = new CountDownLatch(1);

  @AfterEach
  void close() {
    caretakers.close();
  }

  @Test
  @DisplayName("look after the others while one place takes its time, and leave it alone meanwhile")
  void sideBySide() {
    for (int round = 1; round <= 3; round++) {
      int rounds = round;
      caretakers.send(SLOW, () -> waitAt(SLOW));
      caretakers.send(QUICK, () -> visited.add(QUICK));
      await().until(() -> visited.stream().filter(QUICK::equals).count() == rounds);
    }
    await().until(() -> visited.contains(SLOW));
    assertThat(visited).containsOnlyOnce(SLOW);

    slowIsDone.countDown();
    await()
        .untilAsserted(
            () -> {
              caretakers.send(SLOW, () -> visited.add(SLOW));
              assertThat(visited.stream().filter(SLOW::equals)).hasSizeGreaterThan(1);
            });
  }

  @Test
  @DisplayName("are no more at a time than they are")
  void few() throws Exception {
    CountDownLatch bothAtWork = new CountDownLatch(2);
    for (Place place : new Place[] {SLOW, QUICK}) {
      caretakers.send(
          place,
          () -> {
            visited.add(place);
            bothAtWork.countDown();
            slowIsDone.await();
          });
    }
    assertThat(bothAtWork.await(30, TimeUnit.SECONDS)).isTrue();

    caretakers.send(THIRD, () -> visited.add(THIRD));
    assertThat(visited).containsExactlyInAnyOrder(SLOW, QUICK);
    slowIsDone.countDown();
    await().until(() -> visited.contains(THIRD));
  }

  @Test
  @DisplayName("leave when the service stops, wherever they are")
  void stop() throws Exception {
    CountDownLatch atWork = new CountDownLatch(1);
    CountDownLatch left = new CountDownLatch(1);
    caretakers.send(
        SLOW,
        () -> {
          atWork.countDown();
          try {
            slowIsDone.await();
          } finally {
            left.countDown();
          }
        });
    atWork.await();

    caretakers.close();

    assertThat(left.getCount()).isZero();
  }

  private void waitAt(Place place) throws InterruptedException {
    visited.add(place);
    slowIsDone.await();
  }
}
