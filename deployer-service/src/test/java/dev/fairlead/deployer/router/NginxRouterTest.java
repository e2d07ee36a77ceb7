package dev.fairlead.deployer.router;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.deployer.router.nginx.Nginx;
import dev.fairlead.deployer.router.nginx.NginxSettings;
import dev.fairlead.deployer.runtime.Reachability;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("nginx")
@InSecondLane
class NginxRouterTest extends InstalledRouterConformance {

  private static final Clock MINUTE_AHEAD = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(1));

  @TempDir private static Path folder;
  private static @Nullable NginxRig rig;

  NginxRouterTest() throws IOException {}

  @BeforeAll
  static void startProxy() throws IOException {
    Neighbours.require("nginx");
    rig = new NginxRig(folder);
  }

  @AfterAll
  static void stopProxy() {
    if (rig != null) {
      rig.close();
    }
  }

  @Test
  @DisplayName("keeps its file when nginx -t finds the new one wrong, and says why")
  void checkFails() throws Exception {
    router().apply(route(old().of("1", 100)), 5);
    String before = Files.readString(rig().generated().resolve("http.conf"));
    Path operators = folder.resolve("nginx.conf");
    String sound = Files.readString(operators);
    Files.writeString(operators, "wrong;\n");

    assertThatThrownBy(() -> router().apply(route(fresh().of("2", 100)), 6))
        .isInstanceOf(RouteRefused.class)
        .hasMessageContaining("keeps serving as before")
        .hasMessageContaining("unknown directive \"wrong\"");

    assertThat(get("/").body()).isEqualTo("old");
    assertThat(Files.readString(rig().generated().resolve("http.conf"))).isEqualTo(before);
    Files.writeString(operators, sound);
  }

  @Test
  @DisplayName("says that nginx is away, and what to do")
  void away() {
    NginxSettings settings = rig().settings();
    Router impatient =
        new ConfiguredRouter(
            Nginx.of(
                new NginxSettings(
                    folder.resolve("away"),
                    new ProxyCommand(List.of("true")),
                    new ProxyCommand(List.of("sh", "-c", "echo no process; exit 1")),
                    "127.0.0.1:" + Ports.free(),
                    folder.resolve("nginx.pid"),
                    settings.log(),
                    false,
                    Duration.ofMillis(300)),
                Clock.systemUTC()),
            folder.resolve("away"));

    assertThatThrownBy(() -> impatient.apply(route(old().of("1", 100)), 5))
        .isInstanceOf(RouterFailure.class)
        .hasMessageContaining("start nginx");
    assertThat(impatient.reachability()).isInstanceOf(Reachability.Unreachable.class);
  }

  @Test
  @DisplayName(
      "counts heads that are still read from its reload on, however long that took to come")
  void heads() throws Exception {
    router().apply(route(old().of("1", 100)), 5);
    try (Socket reading = new Socket("127.0.0.1", rig().traffic().getPort())) {
      reading
          .getOutputStream()
          .write("GET / HTTP/1.1\r\nHost: %s\r\n".formatted(HOST).getBytes(US_ASCII));
      assertThat(get("/").body()).isEqualTo("old");
      Router late = routerThatIsLate(Duration.ofSeconds(8));

      late.apply(route(fresh().of("2", 100)), 6);

      assertThat(inFlightOf("old", late)).isEqualTo(1);
      assertThat(inFlightOf("old", routerThatIsLate(Duration.ofSeconds(10))))
          .as("another deployer finds the same")
          .isEqualTo(1);
      assertThat(inFlightOf("old", routerThatIsLate(Duration.ofSeconds(60)))).isZero();
    }
  }

  @Test
  @DisplayName("counts them from a reload on that takes effect after the patience for it")
  void lateReload() throws Exception {
    router().apply(route(old().of("1", 100)), 5);
    try (Socket reading = headBegun()) {
      Nginx impatient = Nginx.of(deaf(), MINUTE_AHEAD);
      BookedRoute changed = changedTooLate(impatient);

      impatient.serve(List.of(changed));

      assertThat(inFlightOfOld(impatient, changed)).isEqualTo(1);
    }
  }

  @Test
  @DisplayName(
      "counts them also where another deployer, which was killed, had asked for the reload")
  void lateReloadOfAnother() throws Exception {
    Nginx heir = Nginx.of(rig().settings(), MINUTE_AHEAD);
    heir.serve(List.of(BookedRoute.of(route(old().of("1", 100)), 5)));
    heir.serve(List.of(BookedRoute.of(route(old().of("1", 100)), 5)));
    try (Socket reading = headBegun()) {
      BookedRoute changed = changedTooLate(Nginx.of(deaf(), MINUTE_AHEAD));

      heir.serve(List.of(changed));

      assertThat(inFlightOfOld(heir, changed)).isEqualTo(1);
    }
  }

  /** A client that has sent half of its request. */
  private Socket headBegun() throws Exception {
    Socket reading = new Socket("127.0.0.1", rig().traffic().getPort());
    reading
        .getOutputStream()
        .write("GET / HTTP/1.1\r\nHost: %s\r\n".formatted(HOST).getBytes(US_ASCII));
    assertThat(get("/").body()).isEqualTo("old");
    return reading;
  }

  /** Whoever has these waits for a reload that does not come. */
  private NginxSettings deaf() {
    NginxSettings sound = rig().settings();
    return new NginxSettings(
        sound.folder(),
        sound.check(),
        new ProxyCommand(List.of("true")),
        sound.status(),
        sound.pidFile(),
        sound.log(),
        false,
        Duration.ofMillis(300));
  }

  /** The reload comes when nobody waits for it any more: a minute ago, by the file. */
  private BookedRoute changedTooLate(Nginx impatient) throws Exception {
    BookedRoute changed =
        BookedRoute.of(route(old().of("1", 100)), 5).changed(route(fresh().of("2", 100)), 6);
    assertThatThrownBy(() -> impatient.serve(List.of(changed))).isInstanceOf(RouterFailure.class);
    Files.setLastModifiedTime(
        rig().generated().resolve("http.conf"), FileTime.from(Clock.systemUTC().instant()));
    rig().settings().reload().run();
    await().until(() -> get("/").body(), is -> is.equals("fresh"));
    return changed;
  }

  private static int inFlightOfOld(Nginx nginx, BookedRoute route) throws InterruptedException {
    return nginx.observe(route).stream()
        .filter(backend -> backend.instance().value().equals("old"))
        .mapToInt(backend -> backend.figures().inFlight())
        .sum();
  }

  /** Its clock is ahead of that of the files, as if the check had taken so long. */
  private Router routerThatIsLate(Duration by) {
    Clock clock = Clock.offset(Clock.systemUTC(), by);
    return new ConfiguredRouter(Nginx.of(rig().settings(), clock), rig().generated());
  }

  private static int inFlightOf(String instance, Router router) throws InterruptedException {
    return router.observe(ROUTE).orElseThrow().backends().stream()
        .filter(backend -> backend.instance().value().equals(instance))
        .mapToInt(backend -> backend.figures().inFlight())
        .findFirst()
        .orElseThrow();
  }

  @Test
  @DisplayName("gets its old file back also where another deployer starts during the check")
  void startsMeanwhile() throws Exception {
    Path here = Files.createDirectory(folder.resolve("shared"));
    NginxSettings sound = rig().settings();
    NginxSettings settings =
        new NginxSettings(
            here.resolve("fairlead"),
            new ProxyCommand(
                List.of(
                    "sh",
                    "-c",
                    "cd %s; touch begun; while [ ! -e go ]; do sleep 0.05; done; echo wrong; exit 1"
                        .formatted(here))),
            sound.reload(),
            sound.status(),
            sound.pidFile(),
            sound.log(),
            false,
            Duration.ofSeconds(10));
    Nginx first = Nginx.of(settings, Clock.systemUTC());
    Path generated = here.resolve("fairlead/http.conf");
    String before = Files.readString(generated);
    Files.setLastModifiedTime(
        generated, FileTime.from(Clock.systemUTC().instant().minus(Duration.ofDays(1))));

    CompletableFuture<Void> change =
        CompletableFuture.runAsync(
            () ->
                assertThatThrownBy(
                        () -> first.serve(List.of(BookedRoute.of(route(old().of("1", 100)), 1))))
                    .isInstanceOf(Proxy.Refused.class));
    await().until(() -> Files.exists(here.resolve("begun")));
    Nginx.of(settings, Clock.systemUTC());
    Files.createFile(here.resolve("go"));
    change.join();

    assertThat(Files.readString(generated)).isEqualTo(before);
  }

  @Override
  NginxRig rig() {
    return Objects.requireNonNull(rig);
  }
}
