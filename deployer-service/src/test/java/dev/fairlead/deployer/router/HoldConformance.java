package dev.fairlead.deployer.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How requests wait for a short stop of the world. */
interface HoldConformance extends RouterScene {

  @Test
  @DisplayName("holds requests back and lets them go, losing none")
  default void holds() throws Exception {
    router().apply(route(old().of("1", 100)), 5);
    if (!router().capabilities().contains(Capability.HOLD)) {
      assertThatThrownBy(() -> router().hold(ROUTE, SHORT, 5))
          .isInstanceOf(RouteRefused.class)
          .hasMessageContaining("router: edge");
      return;
    }
    router().hold("of-nothing", SHORT, 5);
    assertThat(router().observe("of-nothing")).isEmpty();
    router().hold(ROUTE, Duration.ofSeconds(20), 5);
    assertThat(router().observe(ROUTE).orElseThrow().held()).isTrue();

    CompletableFuture<HttpResponse<String>> held = begin("/");
    await().during(SHORT).until(() -> !held.isDone());
    router().release(ROUTE, 5);

    assertThat(held.join().body()).isEqualTo("old");
  }
}
