package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.DEPLOYMENT;
import static dev.fairlead.deployer.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.Place;
import dev.fairlead.events.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An instance that has crashed is started again")
class CrashesTest {

  private static final InstanceId ID = new InstanceId("orders-1");

  private final Crashes crashes = new Crashes();

  @Test
  @DisplayName("after pauses that double from five seconds to five minutes")
  void pauses() {
    assertThat(IntStream.of(0, 1, 2, 3, 4, 5, 6, 7, 1_000_000).mapToObj(Crashes::pause))
        .extracting(Duration::toSeconds)
        .containsExactly(5L, 10L, 20L, 40L, 80L, 160L, 300L, 300L, 300L);
  }

  @Test
  @DisplayName("later and later, counted from its last start")
  void inARow() {
    assertThat(due(7, NOON, NOON.plusSeconds(1))).isEqualTo(NOON.plusSeconds(5));
    assertThat(due(8, NOON, NOON.plusSeconds(1))).isEqualTo(NOON.plusSeconds(10));
    assertThat(due(9, NOON, NOON.plusSeconds(1))).isEqualTo(NOON.plusSeconds(20));
  }

  @Test
  @DisplayName("at once when it has been up for ten minutes, and then a new row begins")
  void sound() {
    due(0, NOON, NOON);
    assertThat(due(6, NOON, NOON)).isEqualTo(NOON.plusSeconds(300));

    Instant later = NOON.plus(Duration.ofMinutes(10));
    assertThat(due(6, NOON, later)).isEqualTo(later);
    assertThat(due(7, later, later)).isEqualTo(later.plusSeconds(10));
  }

  @Test
  @DisplayName("in a row of its own when it is another instance of that name, or was forgotten")
  void forgotten() {
    due(3, NOON, NOON);
    assertThat(due(0, NOON, NOON)).isEqualTo(NOON.plusSeconds(5));
    assertThat(due(1, NOON, NOON)).isEqualTo(NOON.plusSeconds(10));

    crashes.keep(List.of());
    assertThat(due(1, NOON, NOON)).isEqualTo(NOON.plusSeconds(5));
  }

  private Instant due(int restarts, Instant startedAt, Instant now) {
    return crashes.due(
        new Instance(
            ID,
            Place.of("orders", "staging"),
            DEPLOYMENT,
            new Version("2"),
            new ArtifactDigest("sha256:" + "a".repeat(64)),
            new Instance.State.Exited("exit code 1"),
            Optional.empty(),
            Optional.of(startedAt),
            restarts,
            Optional.empty()),
        now);
  }
}
