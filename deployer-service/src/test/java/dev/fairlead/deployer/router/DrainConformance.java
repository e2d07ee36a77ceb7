package dev.fairlead.deployer.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.deployer.router.RouteState.Traffic;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How an instance is left in peace. */
interface DrainConformance extends RouterScene {

  @Test
  @DisplayName("lets requests in flight finish, and tells when the last one has")
  default void drains() throws Exception {
    router().apply(route(old().of("1", 100)), 5);
    CompletableFuture<HttpResponse<String>> slow = begin("/slow");
    await().untilAsserted(() -> assertThat(figures(old()).inFlight()).isEqualTo(1));
    router().apply(route(fresh().of("2", 100)), 6);

    assertThat(router().drain(ROUTE, List.of(old().id()), SHORT))
        .isEqualTo(new Drain.StillInFlight(Map.of(old().id(), 1)));
    assertThat(reported(old()).traffic()).isEqualTo(Traffic.DRAINING);
    old().finishSlowRequests();

    assertThat(router().drain(ROUTE, List.of(old().id()), Duration.ofSeconds(10)))
        .isEqualTo(new Drain.Drained());
    assertThat(slow.join().body()).isEqualTo("old");
  }

  @Test
  @DisplayName("lets requests in flight finish where nobody takes over, and then forgets the route")
  default void emptied() throws Exception {
    router().apply(route(old().of("1", 100)), 5);
    CompletableFuture<HttpResponse<String>> slow = begin("/slow");
    await().untilAsserted(() -> assertThat(figures(old()).inFlight()).isEqualTo(1));

    router().apply(route(), 6);
    assertThat(get("/").statusCode()).isEqualTo(503);
    old().finishSlowRequests();
    assertThat(router().drain(ROUTE, List.of(old().id()), Duration.ofSeconds(10)))
        .isEqualTo(new Drain.Drained());
    router().remove(ROUTE, 6);

    assertThat(slow.join().body()).isEqualTo("old");
    assertThat(router().observe(ROUTE)).isEmpty();
  }

  @Test
  @DisplayName("drains at once what was never there")
  default void drainsNothing() throws Exception {
    router().apply(route(old().of("1", 100)), 5);

    assertThat(router().drain(ROUTE, List.of(fresh().id()), SHORT)).isEqualTo(new Drain.Drained());
    assertThat(router().drain("no-route", List.of(old().id()), SHORT))
        .isEqualTo(new Drain.Drained());
    assertThatThrownBy(() -> router().drain(ROUTE, List.of(old().id()), SHORT))
        .hasMessageContaining("take it off the route before draining it");
  }

  @Test
  @DisplayName("counts an open event stream as in flight, and ends it whole or leaves it be")
  default void drainsStreams() throws Exception {
    router().apply(route(old().of("1", 100)), 5);
    try (EventStream stream = new EventStream(request("/events"))) {
      stream.awaitMore();

      router().apply(route(fresh().of("2", 100)).drainedOver(Duration.ofSeconds(1)), 6);

      if (endsLongConnections()) {
        assertThat(router().drain(ROUTE, List.of(old().id()), Duration.ofSeconds(10)))
            .isEqualTo(new Drain.Drained());
        assertThat(stream.end()).isEqualTo(EventStream.End.WHOLE);
      } else {
        assertThat(router().drain(ROUTE, List.of(old().id()), SHORT))
            .isEqualTo(new Drain.StillInFlight(Map.of(old().id(), 1)));
        stream.awaitMore();
        old().close();
        assertThat(stream.end()).isEqualTo(EventStream.End.CUT);
      }
    }
  }
}
