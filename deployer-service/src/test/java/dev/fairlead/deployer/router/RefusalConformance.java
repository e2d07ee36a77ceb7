package dev.fairlead.deployer.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.deployer.runtime.StaleFence;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a router refuses, and that it serves on as before. */
interface RefusalConformance extends RouterScene {

  @Test
  @DisplayName("refuses a new backend that is not healthy, and keeps serving as before")
  default void unhealthy() throws Exception {
    router().apply(route(old().of("1", 100)), 5);
    fresh().healthAnswers(503);

    assertThatThrownBy(() -> router().apply(gated(fresh().of("2", 100)), 6))
        .isInstanceOf(RouteRefused.class)
        .hasMessageContaining("keeps serving as before")
        .hasMessageContaining("fresh");

    assertThat(get("/").body()).isEqualTo("old");
    fresh().healthAnswers(200);
    router().apply(gated(fresh().of("2", 100)), 6);
    assertThat(get("/").body()).isEqualTo("fresh");
  }

  @Test
  @DisplayName("refuses every command of a deployer that was replaced")
  default void fenced() throws Exception {
    router().apply(route(old().of("1", 100)), 5);

    assertThatThrownBy(() -> router().apply(route(fresh().of("2", 100)), 4))
        .isInstanceOf(StaleFence.class)
        .hasMessageContaining("token 5 has taken over");
    assertThatThrownBy(() -> router().hold(ROUTE, SHORT, 4)).isInstanceOf(StaleFence.class);
    assertThatThrownBy(() -> router().release(ROUTE, 4)).isInstanceOf(StaleFence.class);
    assertThatThrownBy(() -> router().remove(ROUTE, 4)).isInstanceOf(StaleFence.class);
    assertThat(get("/").body()).isEqualTo("old");
  }

  @Test
  @DisplayName("refuses to take a host from another route")
  default void hostTaken() throws Exception {
    router().apply(route(old().of("1", 100)), 5);
    RouteSpec thief =
        new RouteSpec(
            "other-staging", route().match(), List.of(fresh().of("2", 100)), Optional.empty());

    assertThatThrownBy(() -> router().apply(thief, 5)).isInstanceOf(RouteRefused.class);
    assertThat(get("/").body()).isEqualTo("old");
  }
}
