package dev.fairlead.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The share of a canary")
class CanaryShareTest {

  private final CanaryShare quarter = new CanaryShare(25);

  @ParameterizedTest
  @CsvSource({"112, 38", "130, 20", "95, 55"})
  @DisplayName("is about the declared one")
  void about(long old, long canary) throws Exception {
    assertThat(quarter.in(answered(old, canary), "1", "2")).contains("25 % are declared");
  }

  @ParameterizedTest
  @CsvSource({"150, 0", "0, 150", "140, 10", "80, 70", "30, 10"})
  @DisplayName("is not seen where one of them is silent, gets another share, or too few answered")
  void notSeen(long old, long canary) {
    assertThatThrownBy(() -> quarter.in(answered(old, canary), "1", "2"))
        .isInstanceOf(NotObserved.class)
        .hasMessageContaining("version 1 answered %d and version 2 %d".formatted(old, canary));
  }

  @Test
  @DisplayName("is not seen without any traffic")
  void nothing() {
    assertThatThrownBy(() -> quarter.in(Tally.NOTHING, "1", "2")).isInstanceOf(NotObserved.class);
  }

  private static Tally answered(long old, long canary) {
    return new Tally(Map.of("1", old, "2", canary), Map.of(), 0, "");
  }
}
