package dev.fairlead.deployer.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.deployer.router.RouteSpec;
import dev.fairlead.deployer.router.Router;
import dev.fairlead.deployer.router.RouterFailure;
import dev.fairlead.deployer.runtime.Reachability;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("For one look around a router")
class WatchedRouterTest {

  private static final RouteSpec ROUTE =
      new RouteSpec(
          "orders-staging",
          new RouteSpec.Match("orders.localhost", "/"),
          List.of(),
          Optional.empty());

  private final RouterInMemory router = new RouterInMemory();
  private final Router watched = new WatchedRouter(router, "nginx", Duration.ofMillis(100));

  @Test
  @DisplayName("that hangs is asked once, and is away to the end")
  void hangs() {
    router.hang();

    for (int place = 1; place <= 50; place++) {
      assertThatThrownBy(() -> watched.observe(ROUTE.name()))
          .isInstanceOf(RouterFailure.class)
          .hasMessage("the router nginx has not answered for 100 ms; start it, or look at its log");
    }
    assertThatThrownBy(() -> watched.apply(ROUTE, 1)).isInstanceOf(RouterFailure.class);

    assertThat(router.questions()).isEqualTo(1);
    await().until(() -> router.interrupted() == 1);
    assertThat(watched.reachability()).isInstanceOf(Reachability.Unreachable.class);
  }

  @Test
  @DisplayName("that answers is asked and told as ever")
  void answers() throws Exception {
    assertThat(watched.observe(ROUTE.name())).isEmpty();
    watched.apply(ROUTE, 1);
    assertThat(watched.observe(ROUTE.name())).isPresent();
    assertThat(router.questions()).isEqualTo(2);
  }
}
