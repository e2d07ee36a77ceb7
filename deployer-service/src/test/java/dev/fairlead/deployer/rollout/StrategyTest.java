package dev.fairlead.deployer.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

@DisplayName("Whatever the strategy and the numbers of instances")
class StrategyTest {

  private static final int CASES = 600;

  record Case(Strategy strategy, int before, int after) {}

  static List<Case> cases() {
    Random random = new Random(20261121);
    List<Case> cases = new ArrayList<>();
    for (int i = 0; i < CASES; i++) {
      cases.add(new Case(any(random), random.nextInt(13), 1 + random.nextInt(12)));
    }
    return cases;
  }

  private static Strategy any(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> new Rolling(Batch.of(1 + random.nextInt(14)));
      case 1 -> new Rolling(new Batch(1 + random.nextInt(100), true));
      case 2 -> new BlueGreen();
      case 3 -> new Recreate();
      default ->
          new Canary(
              IntStream.generate(() -> 1 + random.nextInt(99))
                  .limit(1 + random.nextInt(5))
                  .distinct()
                  .sorted()
                  .mapToObj(percent -> new Canary.Step(percent, Duration.ofMinutes(1)))
                  .toList(),
              null);
    };
  }

  @Test
  @DisplayName(
      "never fewer serve than served before or are wanted, whichever is less; or they wait")
  void enough() {
    for (Case one : cases()) {
      World world = new World(one.before());
      int enough = Math.min(one.before(), one.after());
      for (Move move : one.strategy().moves(one.before(), one.after())) {
        world.see(move);
        assertThat(world.held || world.serving() >= enough).as("%s after %s", one, move).isTrue();
      }
    }
  }

  @Test
  @DisplayName("it ends with all that is new serving, nothing old serving, and nobody waiting")
  void complete() {
    for (Case one : cases()) {
      World world = new World(one.before());
      one.strategy().moves(one.before(), one.after()).forEach(world::see);

      assertThat(world.newRunning).as("%s", one).isEqualTo(numbers(1, one.after()));
      assertThat(world.newServing).as("%s", one).isEqualTo(numbers(1, one.after()));
      assertThat(world.oldServing).as("%s", one).isEmpty();
      assertThat(world.held).as("%s", one).isFalse();
      assertThat(world.oldRunning.isEmpty())
          .as("%s", one)
          .isEqualTo(one.before() == 0 || !one.strategy().keepsOldWarm());
    }
  }

  @Test
  @DisplayName("an exclusive strategy never runs two releases at once")
  void exclusive() {
    for (Case one : cases()) {
      World world = new World(one.before());
      for (Move move : one.strategy().moves(one.before(), one.after())) {
        world.see(move);
        if (one.strategy().exclusive()) {
          assertThat(world.oldRunning.isEmpty() || world.newRunning.isEmpty())
              .as("%s after %s", one, move)
              .isTrue();
        }
      }
    }
  }

  static List<Strategy> kinds() {
    return List.of(
        new Rolling(Batch.of(2)),
        new Rolling(Batch.parse("25%")),
        new BlueGreen(),
        new Recreate(),
        new Canary(List.of(new Canary.Step(5, Duration.ofMinutes(2))), "fairlead-release"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("kinds")
  @DisplayName("a release record keeps it")
  void stored(Strategy strategy) {
    JsonMapper json = new JsonMapper();
    assertThat(json.readValue(json.writeValueAsString(strategy), Strategy.class))
        .isEqualTo(strategy);
  }

  @Test
  @DisplayName("a record of the time before there were shares is still read")
  void former() {
    assertThat(new JsonMapper().readValue("{\"strategy\":\"rolling\",\"batch\":2}", Strategy.class))
        .isEqualTo(new Rolling(Batch.of(2)));
  }

  @Test
  @DisplayName("a canary's weights grow")
  void growing() {
    Canary.Step five = new Canary.Step(5, Duration.ofMinutes(1));
    assertThatThrownBy(() -> new Canary(List.of(five, five), null))
        .hasMessage("the weight 5% follows 5%; expected weights that grow");
  }

  /** Who runs and serves; refuses a move that no router or runtime could make. */
  private static final class World {

    private final Set<Integer> newRunning = new HashSet<>();
    private final Set<Integer> oldRunning;
    private Set<Integer> newServing = Set.of();
    private Set<Integer> oldServing;
    private final Set<Integer> drained = new HashSet<>();
    private final int before;
    private boolean held;

    World(int before) {
      this.before = before;
      this.oldRunning = numbers(1, before);
      this.oldServing = numbers(1, before);
    }

    void see(Move move) {
      switch (move) {
        case Move.Start(Range range) -> {
          Set<Integer> fresh = numbers(range.first(), range.last());
          assertThat(newRunning).as("%s", move).doesNotContainAnyElementsOf(fresh);
          newRunning.addAll(fresh);
        }
        case Move.Shift(int count, int oldFrom, Integer percent) -> {
          newServing = numbers(1, count);
          oldServing = numbers(oldFrom, before);
          assertThat(newRunning).as("%s", move).containsAll(newServing);
          assertThat(oldRunning).as("%s", move).containsAll(oldServing);
          assertThat(percent == null || (!newServing.isEmpty() && !oldServing.isEmpty())).isTrue();
        }
        case Move.Watch _ -> assertThat(newServing).as("%s", move).isNotEmpty();
        case Move.Drain(Range range) -> {
          Set<Integer> leaving = numbers(range.first(), range.last());
          assertThat(oldServing).as("%s", move).doesNotContainAnyElementsOf(leaving);
          drained.addAll(leaving);
        }
        case Move.Stop(Range range) -> {
          Set<Integer> leaving = numbers(range.first(), range.last());
          assertThat(drained).as("%s", move).containsAll(leaving);
          oldRunning.removeAll(leaving);
        }
        case Move.Hold() -> held = true;
        case Move.Release() -> held = false;
      }
    }

    int serving() {
      return newServing.size() + oldServing.size();
    }
  }

  private static Set<Integer> numbers(int first, int last) {
    Set<Integer> numbers = new HashSet<>();
    IntStream.rangeClosed(first, last).forEach(numbers::add);
    return numbers;
  }
}
