package dev.fairlead.deployer.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.fairlead.deployer.disk.SmallDisk;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("On a full disk a router's files")
@InSecondLane
class FullDiskRouterTest {

  /** More than any reserve has files. */
  private static final int MANY = 20;

  @BeforeAll
  static void allowHostHeader() {
    System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
  }

  @ParameterizedTest
  @CsvSource({"nginx, 0", "nginx, 1", "haproxy, 0", "haproxy, 1"})
  @DisplayName("are replaced as long as the reserve lasts, and then left whole as they were")
  void full(String kind, int missing) throws Exception {
    Neighbours.require(kind);
    try (SmallDisk disk = SmallDisk.mount(24);
        InstalledRig rig =
            kind.equals("nginx") ? new NginxRig(disk.folder()) : new HaproxyRig(disk.folder());
        Backend old = new Backend("old");
        Backend fresh = new Backend("fresh")) {
      Router router = rig.router();
      router.apply(route(old.of("1", 100)), 1);
      takeSpares(disk.folder(), missing);
      disk.fill();

      router.apply(route(fresh.of("2", 100)), 2);
      assertThat(get(rig.traffic())).as("a way back needs no room").isEqualTo("fresh");

      Throwable failure = null;
      int fence = 3;
      for (; failure == null && fence < MANY; fence++) {
        Backend next = fence % 2 == 0 ? fresh : old;
        int now = fence;
        disk.fill(); // what the reserve does not need is gone at once
        failure = catchThrowable(() -> router.apply(route(next.of(String.valueOf(now), 100)), now));
      }
      assertThat(failure)
          .isInstanceOf(RouterFailure.class)
          .hasMessageContaining("the disk is full and the routes are as they were");
      assertThat(get(rig.traffic())).isEqualTo(fence % 2 == 0 ? "fresh" : "old");
      assertThat(serving(router))
          .as("what the book says")
          .isEqualTo(fence % 2 == 0 ? "fresh" : "old");
      assertThat(parts(rig.generated())).isEmpty();
      rig.crash();
      assertThat(get(rig.traffic())).isEqualTo(fence % 2 == 0 ? "fresh" : "old");

      disk.free();
      router.apply(route(old.of("last", 100)), MANY);
      assertThat(get(rig.traffic())).isEqualTo("old");
    }
  }

  private static String serving(Router router) throws InterruptedException {
    return router.observe("orders").orElseThrow().backends().stream()
        .filter(backend -> backend.traffic() == RouteState.Traffic.SERVING)
        .map(backend -> backend.instance().value())
        .collect(Collectors.joining(","));
  }

  /** So that the reserves do not run out between two changes, but in the middle of one. */
  private static void takeSpares(Path folder, int count) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path reserve : files.filter(file -> file.toString().endsWith("reserve")).toList()) {
        for (int i = 1; i <= count; i++) {
          Files.delete(reserve.resolve("spare-" + i));
        }
      }
    }
  }

  private static RouteSpec route(RouteSpec.Backend backend) {
    return new RouteSpec(
        "orders", new RouteSpec.Match("orders", "/"), List.of(backend), Optional.empty());
  }

  private static List<Path> parts(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".part")).toList();
    }
  }

  private static String get(URI traffic) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(traffic).header("Host", "orders").build();
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }
}
