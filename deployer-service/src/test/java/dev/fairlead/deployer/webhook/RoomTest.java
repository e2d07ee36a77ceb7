package dev.fairlead.deployer.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.deployer.webhook.Room.Amount;
import dev.fairlead.service.problem.Refusal;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Room for bodies")
class RoomTest {

  private static final int MB = 1 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(9);
  private static final long LATE = Duration.ofSeconds(3).toNanos();
  private static final Origin ADA = new Origin("192.0.2.1");
  private static final Origin BOB = new Origin("192.0.2.2");
  private static final Origin EVE = new Origin("192.0.2.3");

  private final Room room = new Room(MB, new Amount(4, 2 * MB), new Amount(2, MB));

  @Test
  @DisplayName("is taken by one sender only up to its part")
  void part() {
    opened(EVE, 0);
    opened(EVE, 0);

    assertThatThrownBy(() -> opened(EVE, 0))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("many");
    opened(ADA, 0).add(new byte[MB], MB, 0);
  }

  @Test
  @DisplayName("is given back with the body, once")
  void givenBack() {
    for (int round = 0; round < 5; round++) {
      Room.Body body = opened(EVE, 0);
      body.add(new byte[MB], MB, 0);
      body.close();
      body.close();
    }
  }

  @Test
  @DisplayName("is lost by who is late as soon as another one needs it, and not before")
  void lost() {
    Room.Body stalled = opened(EVE, 0);
    stalled.add(new byte[MB], MB, 0);
    opened(BOB, 0).add(new byte[MB], MB, 0);
    assertThatThrownBy(() -> opened(ADA, 0).add(new byte[1], 1, LATE - 1))
        .isInstanceOf(Refusal.class)
        .isNotInstanceOf(Unread.class);

    try (Room.Body needy = opened(ADA, LATE)) {
      needy.add(new byte[MB], MB, LATE);
      assertThat(needy.finished()).hasSize(MB);
    }
    assertThatThrownBy(stalled::finished).isInstanceOf(Unread.class);
    stalled.close();
  }

  @Test
  @DisplayName("is kept by a whole body, however long it takes to act upon it")
  void whole() {
    Room.Body whole = opened(EVE, 0);
    whole.add(new byte[MB], MB, 0);
    whole.finished();
    opened(BOB, 0).add(new byte[MB], MB, 0);

    try (Room.Body needy = opened(ADA, LATE)) {
      needy.add(new byte[MB], MB, LATE);
    }
    assertThatThrownBy(() -> opened(EVE, 10 * LATE).add(new byte[1], 1, 10 * LATE))
        .as("its part is still in use")
        .isInstanceOf(Refusal.class);
    assertThat(whole.finished()).hasSize(MB);
  }

  @Test
  @DisplayName("is left by a body that outgrows it")
  void outgrown() {
    Room small = new Room(10, new Amount(1, 10), new Amount(1, 10));
    Room.Body body = small.open(ADA, new Progress(PATIENCE, 0), 0);
    body.add(new byte[] {1, 2, 3}, 3, 0);
    assertThat(body.hasRoomFor(8)).isFalse();

    Room.Body moved = body.movedTo(room, 0);
    moved.add(new byte[] {4, 5, 6, 7, 8, 9, 10, 11}, 8, 0);

    small.open(BOB, new Progress(PATIENCE, 0), 0).add(new byte[10], 10, 0);
    assertThat(moved.finished()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
  }

  private Room.Body opened(Origin origin, long now) {
    return room.open(origin, new Progress(PATIENCE, now), now);
  }
}
