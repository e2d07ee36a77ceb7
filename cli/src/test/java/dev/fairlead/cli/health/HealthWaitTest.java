package dev.fairlead.cli.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.cli.Json;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A wait for health")
class HealthWaitTest {

  private static final Json HEALTHY = Json.object("verdict", "healthy");
  private static final Json DEGRADED = Json.object("verdict", "degraded");
  private static final Json NOT_DEPLOYED =
      Json.object("verdict", "unknown", "notDeployedYet", true);
  private static final Json DEPLOYED = Json.object("verdict", "unknown", "notDeployedYet", false);

  private final HealthWait wait = new HealthWait();

  @Test
  @DisplayName("is over at once when all are healthy, or there is nothing to wait for")
  void atOnce() {
    assertThat(isOver(0, HEALTHY, HEALTHY)).isTrue();
    assertThat(isOver(0)).isTrue();
  }

  @Test
  @DisplayName("goes on while one is not, and while nothing was ever deployed")
  void goesOn() {
    assertThat(isOver(0, HEALTHY, DEGRADED)).isFalse();
    assertThat(isOver(3_600, HEALTHY, DEGRADED)).isFalse();
    assertThat(isOver(3_601, NOT_DEPLOYED, NOT_DEPLOYED)).isFalse();
    assertThat(isOver(7_200, NOT_DEPLOYED, NOT_DEPLOYED)).isFalse();
  }

  @Test
  @DisplayName("lasts ten seconds more for those that stay not deployed yet")
  void grace() {
    assertThat(isOver(0, DEGRADED, NOT_DEPLOYED)).isFalse();
    assertThat(isOver(100, HEALTHY, NOT_DEPLOYED)).isFalse();
    assertThat(isOver(109, HEALTHY, NOT_DEPLOYED)).isFalse();
    assertThat(isOver(110, HEALTHY, NOT_DEPLOYED)).isTrue();
  }

  @Test
  @DisplayName("begins these ten seconds anew when one of the others is not healthy meanwhile")
  void anew() {
    assertThat(isOver(0, HEALTHY, NOT_DEPLOYED, NOT_DEPLOYED)).isFalse();
    assertThat(isOver(9, HEALTHY, DEPLOYED, NOT_DEPLOYED)).isFalse();
    assertThat(isOver(18, HEALTHY, HEALTHY, NOT_DEPLOYED)).isFalse();
    assertThat(isOver(27, HEALTHY, HEALTHY, NOT_DEPLOYED)).isFalse();
    assertThat(isOver(28, HEALTHY, HEALTHY, NOT_DEPLOYED)).isTrue();
  }

  private boolean isOver(int seconds, Json... targets) {
    return wait.isOver(List.of(targets), Duration.ofSeconds(seconds).toNanos());
  }
}
