package dev.fairlead.deployer.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What routers promise that were installed beside Fairlead; all tests of a class share one. */
abstract class InstalledRouterConformance extends RouterConformance {

  InstalledRouterConformance() throws IOException {}

  abstract InstalledRig rig();

  @Override
  Router startRouter() {
    return rig().router();
  }

  @Override
  public Router anotherDeployer() {
    return rig().router();
  }

  @Override
  public void crashRouter() {
    rig().crash();
  }

  @Override
  public URI traffic() {
    return rig().traffic();
  }

  @Override
  public boolean endsLongConnections() {
    return false;
  }

  @AfterEach
  void leaveNothing() throws InterruptedException {
    for (String route : List.of(ROUTE, "api-staging")) {
      router().remove(route, Long.MAX_VALUE);
    }
  }

  @Test
  @DisplayName("drains who got requests by a change that was cut off before it was called done")
  void cutOff() throws Exception {
    router().apply(route(old().of("1", 100)), 5);
    Router dying = new ConfiguredRouter(new LastWord(rig().proxy()), rig().generated());
    assertThatThrownBy(() -> dying.apply(route(fresh().of("2", 100)), 6))
        .isInstanceOf(LastWord.Killed.class);
    CompletableFuture<HttpResponse<String>> slow = begin("/slow");
    await().until(() -> fresh().slowRequests() == 1);

    router().apply(route(old().of("1", 100)), 7);

    assertThat(router().drain(ROUTE, List.of(fresh().id()), SHORT))
        .isEqualTo(new Drain.StillInFlight(Map.of(fresh().id(), 1)));
    fresh().finishSlowRequests();
    assertThat(router().drain(ROUTE, List.of(fresh().id()), Duration.ofSeconds(10)))
        .isEqualTo(new Drain.Drained());
    assertThat(slow.join().body()).isEqualTo("fresh");
  }

  @Test
  @DisplayName("is not disturbed by what a deployer that died in the middle of a change left there")
  void leftovers() throws Exception {
    router().apply(route(old().of("1", 100)), 5);
    // the proxy was told, the book of routes was not written any more
    rig().proxy().serve(List.of(BookedRoute.of(route(fresh().of("2", 100)), 6)));

    router().apply(route(old().of("1", 100)), 7);

    for (int i = 0; i < 20; i++) {
      assertThat(get("/").body()).isEqualTo("old");
    }
    assertThat(router().observe(ROUTE).orElseThrow().serving())
        .extracting(RouteState.Backend::instance)
        .containsExactly(old().id());
    router().apply(route(fresh().of("2", 100)), 8);
    assertThat(get("/").body()).isEqualTo("fresh");
  }
}
