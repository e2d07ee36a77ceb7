package dev.fairlead.deployer.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.rollout.Strategy.Wave;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Whatever the strategy and the numbers of instances")
class StrategyTest {

  record Case(Strategy strategy, int before, int after) {}

  static Stream<Case> cases() {
    return Stream.of(
            new Strategy.Rolling(1),
            new Strategy.Rolling(2),
            new Strategy.Rolling(7),
            new Strategy.BlueGreen())
        .flatMap(
            strategy ->
                Stream.of(0, 1, 2, 3, 5, 8)
                    .flatMap(
                        before ->
                            Stream.of(1, 2, 3, 5, 8)
                                .map(after -> new Case(strategy, before, after))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  @DisplayName("every new instance starts once, every old one retires once, in order")
  void complete(Case given) {
    List<Wave> waves = given.strategy().waves(given.before(), given.after());

    int started = 0;
    int retired = 0;
    for (Wave wave : waves) {
      assertThat(wave.start().first()).isEqualTo(started + 1);
      started += wave.start().size();
      if (wave.retire().size() > 0) {
        assertThat(wave.retire().first()).isEqualTo(retired + 1);
        retired += wave.retire().size();
      }
    }
    assertThat(started).isEqualTo(given.after());
    assertThat(retired).isEqualTo(given.before());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  @DisplayName("never fewer serve than served before or are wanted, whichever is less")
  void enough(Case given) {
    int enough = Math.min(given.before(), given.after());
    int serving = given.before();
    for (Wave wave : given.strategy().waves(given.before(), given.after())) {
      serving += wave.start().size();
      serving -= wave.retire().size();
      assertThat(serving).isGreaterThanOrEqualTo(enough);
    }
  }
}
