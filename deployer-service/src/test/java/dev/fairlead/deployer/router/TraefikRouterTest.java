package dev.fairlead.deployer.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.deployer.router.traefik.Traefik;
import dev.fairlead.deployer.router.traefik.TraefikSettings;
import dev.fairlead.deployer.runtime.Address;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.StaleFence;
import dev.fairlead.events.Version;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Only what can be known without a Traefik: what is written, and what is made of its answers. */
@DisplayName("The router for Traefik")
class TraefikRouterTest {

  @TempDir private Path folder;

  @SuppressWarnings("NullAway.Init") // set before each test
  private TraefikStandIn traefik;

  @SuppressWarnings("NullAway.Init") // set before each test
  private Router router;

  @BeforeEach
  void start() throws IOException {
    traefik = new TraefikStandIn(folder.resolve("dynamic/fairlead.yaml"));
    router = router(Duration.ofSeconds(5));
  }

  @AfterEach
  void stop() {
    traefik.close();
  }

  @Test
  @DisplayName("writes the dynamic configuration that Traefik documents")
  void writes() throws Exception {
    router.apply(canary(90, 10).withStickyCookie("fairlead-release"), 5);
    router.apply(
        new RouteSpec("api", new RouteSpec.Match("", "/api"), List.of(), Optional.empty()), 1);

    assertThat(Files.readString(folder.resolve("dynamic/fairlead.yaml"))).isEqualTo(golden());
  }

  @Test
  @DisplayName("reports what Traefik says it has")
  void reports() throws Exception {
    RouteState state = router.apply(canary(90, 10), 5);

    assertThat(state.serving())
        .extracting(
            backend ->
                "%s %s %d".formatted(backend.instance(), backend.release(), backend.weight()))
        .containsExactly("orders-1 1.4.0 90", "orders-2 1.5.0+7 10");
    traefik.lookElsewhere();
    assertThat(router.observe("orders").orElseThrow().serving()).isEmpty();
  }

  @Test
  @DisplayName("says so when Traefik does not read the file")
  void unread() {
    traefik.lookElsewhere();

    assertThatThrownBy(() -> router(Duration.ofMillis(300)).apply(canary(90, 10), 5))
        .isInstanceOf(RouterFailure.class)
        .hasMessageContaining("let its file provider watch the folder");
  }

  @Test
  @DisplayName("refuses an older fence, also of another deployer")
  void fenced() throws Exception {
    router.apply(canary(90, 10), 5);

    assertThatThrownBy(() -> router(Duration.ofSeconds(5)).apply(canary(0, 100), 4))
        .isInstanceOf(StaleFence.class);
  }

  @Test
  @DisplayName("has drained an instance that nobody has a connection to")
  void drains() throws Exception {
    try (Backend old = new Backend("old");
        Backend fresh = new Backend("fresh")) {
      RouteSpec before =
          new RouteSpec(
              "orders", new RouteSpec.Match("a", "/"), List.of(old.of("1", 1)), Optional.empty());
      router.apply(before, 5);
      router.apply(
          new RouteSpec("orders", before.match(), List.of(fresh.of("2", 1)), Optional.empty()), 6);

      assertThat(router.drain("orders", List.of(old.id()), Duration.ofSeconds(5)))
          .isEqualTo(new Drain.Drained());
    }
  }

  private static RouteSpec canary(int old, int fresh) {
    return new RouteSpec(
        "orders",
        new RouteSpec.Match("orders.example.org", "/"),
        List.of(
            backend("orders-1", 20001, old, "1.4.0"), backend("orders-2", 20002, fresh, "1.5.0+7")),
        Optional.empty());
  }

  private static RouteSpec.Backend backend(String id, int port, int weight, String release) {
    return new RouteSpec.Backend(
        new InstanceId(id), new Address("127.0.0.1", port), weight, new Version(release));
  }

  private Router router(Duration patience) {
    return new ConfiguredRouter(
        new Traefik(
            new TraefikSettings(folder.resolve("dynamic/fairlead.yaml"), traefik.api(), patience)),
        folder.resolve("book"));
  }

  private static String golden() throws IOException {
    try (InputStream file = TraefikRouterTest.class.getResourceAsStream("/routers/traefik.yaml")) {
      return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
