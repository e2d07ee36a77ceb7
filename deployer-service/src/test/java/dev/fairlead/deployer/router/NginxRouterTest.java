package dev.fairlead.deployer.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.deployer.router.nginx.Nginx;
import dev.fairlead.deployer.router.nginx.NginxSettings;
import dev.fairlead.deployer.runtime.Reachability;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("nginx")
class NginxRouterTest extends InstalledRouterConformance {

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

  @Override
  NginxRig rig() {
    return Objects.requireNonNull(rig);
  }
}
