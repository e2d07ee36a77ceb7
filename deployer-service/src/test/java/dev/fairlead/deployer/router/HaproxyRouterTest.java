package dev.fairlead.deployer.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.fairlead.deployer.router.haproxy.Haproxy;
import dev.fairlead.deployer.router.haproxy.HaproxySettings;
import dev.fairlead.deployer.runtime.Reachability;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("HAProxy")
@InSecondLane
class HaproxyRouterTest extends InstalledRouterConformance {

  @TempDir private static Path folder;
  private static @Nullable HaproxyRig rig;

  HaproxyRouterTest() throws IOException {}

  @BeforeAll
  static void startProxy() throws IOException {
    Neighbours.require("haproxy");
    rig = new HaproxyRig(folder);
  }

  @AfterAll
  static void stopProxy() {
    if (rig != null) {
      rig.close();
    }
  }

  @Test
  @DisplayName("keeps its configuration when its own check finds the new one wrong, and says why")
  void checkFails() throws Exception {
    router().apply(route(old().of("1", 100)), 5);
    HaproxySettings sound = rig().settings(8);
    HaproxySettings broken =
        new HaproxySettings(
            sound.socket(),
            sound.folder(),
            new ProxyCommand(List.of("sh", "-c", "echo parsing {file}:7: unknown keyword; exit 1")),
            sound.reload(),
            sound.slots(),
            sound.patience());
    String before = Files.readString(rig().generated().resolve("fairlead.cfg"));

    Router checked = new ConfiguredRouter(Haproxy.of(broken), rig().generated());
    assertThatThrownBy(() -> checked.apply(route(fresh().of("2", 100)), 6))
        .isInstanceOf(RouteRefused.class)
        .hasMessageContaining("keeps serving as before")
        .hasMessageContaining("unknown keyword");

    assertThat(get("/").body()).isEqualTo("old");
    assertThat(Files.readString(rig().generated().resolve("fairlead.cfg"))).isEqualTo(before);
  }

  @Test
  @DisplayName("says that HAProxy is away, and what to do")
  void away() {
    HaproxySettings settings = rig().settings(8);
    Router impatient =
        new ConfiguredRouter(
            Haproxy.of(
                new HaproxySettings(
                    folder.resolve("no.sock"),
                    settings.folder(),
                    settings.check(),
                    settings.reload(),
                    settings.slots(),
                    Duration.ofMillis(300))),
            rig().generated());

    assertThatThrownBy(() -> impatient.apply(route(old().of("1", 100)), 5))
        .isInstanceOf(RouterFailure.class)
        .hasMessageContaining("haproxy does not answer on")
        .hasMessageContaining("start it, or correct the setting haproxy.socket");
    assertThat(impatient.reachability()).isInstanceOf(Reachability.Unreachable.class);
  }

  @Test
  @DisplayName("says that HAProxy does not answer although its socket accepts")
  void hangs() throws Exception {
    router().apply(route(old().of("1", 100)), 5);
    HaproxySettings settings = rig().settings(8);
    Router impatient =
        new ConfiguredRouter(
            Haproxy.of(
                new HaproxySettings(
                    settings.socket(),
                    settings.folder(),
                    settings.check(),
                    settings.reload(),
                    settings.slots(),
                    Duration.ofMillis(300))),
            rig().generated());
    rig().process().freeze();
    try {
      assertTimeoutPreemptively(
          Duration.ofSeconds(60),
          () ->
              assertThatThrownBy(() -> impatient.observe(ROUTE))
                  .isInstanceOf(RouterFailure.class)
                  .hasMessageContaining("nothing was answered within PT2S"));
    } finally {
      rig().process().thaw();
    }
    assertThat(router().observe(ROUTE)).isPresent();
  }

  @Override
  HaproxyRig rig() {
    return Objects.requireNonNull(rig);
  }
}
