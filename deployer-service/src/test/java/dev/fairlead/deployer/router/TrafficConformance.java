package dev.fairlead.deployer.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.deployer.runtime.Reachability;
import dev.fairlead.events.Version;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Who gets requests: what every router promises. */
interface TrafficConformance extends RouterScene {

  @Test
  @DisplayName("can be reached, and says what it is")
  default void reachable() {
    assertThat(router().reachability()).isInstanceOf(Reachability.Reachable.class);
  }

  @Test
  @DisplayName("sends requests where it was told to, and reports it")
  default void applies() throws Exception {
    RouteState state = router().apply(route(old().of("1", 100)), 5);

    assertThat(state.fence()).isEqualTo(5);
    assertThat(state.held()).isFalse();
    assertThat(state.serving())
        .singleElement()
        .satisfies(
            backend -> {
              assertThat(backend.instance()).isEqualTo(old().id());
              assertThat(backend.address()).isEqualTo(old().address());
              assertThat(backend.release()).isEqualTo(new Version("1"));
              assertThat(backend.weight()).isEqualTo(100);
            });
    assertThat(get("/").body()).isEqualTo("old");
    assertThat(router().observe(ROUTE).orElseThrow().match()).isEqualTo(route().match());
  }

  @Test
  @DisplayName("moves all traffic at once, and may be told so twice")
  default void switches() throws Exception {
    router().apply(route(old().of("1", 100)), 5);

    router().apply(route(fresh().of("2", 100)), 6);
    router().apply(route(fresh().of("2", 100)), 6);

    for (int i = 0; i < 20; i++) {
      assertThat(get("/").body()).isEqualTo("fresh");
    }
  }

  @Test
  @DisplayName("never goes back to the old set once the new one has answered")
  default void switchesOnce() throws Exception {
    router().apply(route(old().of("1", 100)), 5);
    AtomicBoolean asking = new AtomicBoolean(true);
    List<String> answers = Collections.synchronizedList(new ArrayList<>());
    Thread visitor =
        Thread.startVirtualThread(
            () -> {
              while (asking.get()) {
                answers.add(body("/"));
              }
            });
    await().until(() -> answers.size() > 20);

    router().apply(route(fresh().of("2", 100)), 6);
    await().until(() -> answers.getLast().equals("fresh"));
    asking.set(false);
    visitor.join();

    assertThat(answers).containsOnly("old", "fresh");
    if (router().capabilities().contains(Capability.SWITCHES_AT_ONCE)) {
      assertThat(answers.lastIndexOf("old")).isLessThan(answers.indexOf("fresh"));
    }
  }

  @Test
  @DisplayName("changes one route and leaves the others alone")
  default void otherRoutes() throws Exception {
    router().apply(route(old().of("1", 100)), 5);
    RouteSpec api =
        new RouteSpec(
            "api-staging",
            new RouteSpec.Match(HOST, "/api"),
            List.of(fresh().of("7", 100)),
            Optional.empty());

    router().apply(api, 3);
    assertThat(get("/api/orders").body()).isEqualTo("fresh");
    assertThat(get("/api").body()).isEqualTo("fresh");
    assertThat(get("/apix").body()).isEqualTo("old");
    router().remove("api-staging", 3);

    assertThat(get("/api/orders").body()).isEqualTo("old");
    assertThat(router().observe(ROUTE).orElseThrow().fence()).isEqualTo(5);
  }

  @Test
  @DisplayName("removes a route, once or twice")
  default void removes() throws Exception {
    router().apply(route(old().of("1", 100)), 5);

    router().remove(ROUTE, 5);
    router().remove(ROUTE, 5);

    assertThat(router().observe(ROUTE)).isEmpty();
    assertThat(get("/").statusCode()).isGreaterThanOrEqualTo(400);
  }
}
