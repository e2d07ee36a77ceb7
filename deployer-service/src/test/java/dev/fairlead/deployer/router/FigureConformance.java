package dev.fairlead.deployer.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a router counts. */
interface FigureConformance extends RouterScene {

  @Test
  @DisplayName("counts requests, errors and latency of each backend")
  default void counts() throws Exception {
    router().apply(route(old().of("1", 100)), 5);

    for (int i = 0; i < 30; i++) {
      get(i % 3 == 0 ? "/broken" : "/");
    }

    await().untilAsserted(() -> assertThat(figures(old()).requests()).isEqualTo(30));
    RouteState.Figures figures = figures(old());
    assertThat(figures.errors()).isEqualTo(10);
    if (!router().capabilities().contains(Capability.LATENCIES)) {
      assertThat(figures.latencies()).isEqualTo(Latencies.NONE);
      return;
    }
    assertThat(figures.latencies().total()).isEqualTo(30);
    assertThat(figures.latencies().percentile(0.5))
        .isPositive()
        .isLessThanOrEqualTo(figures.latencies().percentile(0.95));
  }
}
