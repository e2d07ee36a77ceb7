package dev.fairlead.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("That nothing was lost")
class NoLossTest {

  private final NoLoss noLoss = new NoLoss(100, Set.of("3"));

  @Test
  @DisplayName("is said with the figures; errors of a version that is meant to fail are its own")
  void nothingLost() throws Exception {
    assertThat(noLoss.in(new Tally(Map.of("2", 100L), Map.of("3", 9L), 0, "")))
        .isEqualTo("109 requests, 0 lost (v2: 100); errors answered: v3: 9");
  }

  @Test
  @DisplayName("is not said when one was")
  void lost() {
    assertThatThrownBy(
            () -> noLoss.in(new Tally(Map.of("2", 500L), Map.of(), 1, "request 7: reset")))
        .isInstanceOf(NotObserved.class)
        .hasMessage("501 requests, 1 lost (v2: 500); first loss: request 7: reset");
  }

  @Test
  @DisplayName("is not said when a good version answered with an error")
  void errors() {
    assertThatThrownBy(
            () -> noLoss.in(new Tally(Map.of("2", 500L), Map.of("2", 1L, "3", 9L), 0, "")))
        .isInstanceOf(NotObserved.class)
        .hasMessageContaining("a good version answered with errors");
  }

  @Test
  @DisplayName("is not said of hardly any traffic")
  void silence() {
    assertThatThrownBy(() -> noLoss.in(new Tally(Map.of("2", 99L), Map.of(), 0, "")))
        .isInstanceOf(NotObserved.class)
        .hasMessageContaining("at least 100 are needed to tell");
    assertThatThrownBy(() -> noLoss.in(Tally.NOTHING)).isInstanceOf(NotObserved.class);
  }
}
