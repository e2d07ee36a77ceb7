package dev.fairlead.deployer.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.deployer.runtime.StaleFence;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What outlives a deployer, and the router itself. */
interface TakeOverConformance extends RouterScene {

  @Test
  @DisplayName("is known to another deployer, and refuses it an older fence")
  default void anotherDeployerTakesOver() throws Exception {
    router().apply(route(old().of("1", 90), fresh().of("2", 10)), 5);

    Router other = anotherDeployer();

    assertThat(other.observe(ROUTE).orElseThrow().backends())
        .extracting(backend -> backend.instance() + " " + backend.weight())
        .containsExactlyInAnyOrder("old 90", "fresh 10");
    assertThatThrownBy(() -> other.apply(route(fresh().of("2", 100)), 4))
        .isInstanceOf(StaleFence.class);
    other.apply(route(fresh().of("2", 100)), 6);
    assertThatThrownBy(() -> router().apply(route(old().of("1", 100)), 5))
        .isInstanceOf(StaleFence.class);
    assertThat(get("/").body()).isEqualTo("fresh");
  }

  @Test
  @DisplayName("has its routes again after kill -9 of the router")
  default void survivesCrash() throws Exception {
    router().apply(route(old().of("1", 100)), 5);
    router().apply(route(fresh().of("2", 100)), 6);

    crashRouter();

    assertThat(router().observe(ROUTE).orElseThrow().serving())
        .extracting(RouteState.Backend::instance)
        .containsExactly(fresh().id());
    assertThat(get("/").body()).isEqualTo("fresh");
    assertThatThrownBy(() -> router().apply(route(old().of("1", 100)), 5))
        .isInstanceOf(StaleFence.class);
  }
}
