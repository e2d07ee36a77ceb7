package dev.fairlead.deployer.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The weights of instances")
class WeightsTest {

  @Test
  @DisplayName("give a canary its share to within half a percent, however many instances there are")
  void shares() {
    for (int percent = 1; percent < 100; percent++) {
      for (int fresh = 1; fresh <= 12; fresh++) {
        for (int old = 1; old <= 12; old++) {
          List<Integer> weights =
              Weights.of(
                  List.of(fresh, old), List.of(Optional.of(percent), Optional.of(100 - percent)));
          double mine = weights.getFirst() * (double) fresh;
          double share = 100 * mine / (mine + weights.getLast() * (double) old);
          assertThat(share)
              .as("%d %% for %d beside %d", percent, fresh, old)
              .isCloseTo(percent, within(0.5));
          assertThat(weights).allSatisfy(weight -> assertThat(weight).isBetween(1, 1000));
        }
      }
    }
  }

  @Test
  @DisplayName("are the same for all when nobody has a share, or the other side has gone")
  void even() {
    assertThat(Weights.of(List.of(2, 3), List.of(Optional.empty(), Optional.empty())))
        .containsExactly(100, 100);
    assertThat(Weights.of(List.of(2, 0), List.of(Optional.of(5), Optional.of(95))))
        .containsExactly(100, 100);
    assertThat(Weights.of(List.of(), List.of())).isEmpty();
  }
}
