package dev.fairlead.deployer.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.deployer.router.nginx.Nginx;
import dev.fairlead.deployer.router.nginx.NginxSettings;
import dev.fairlead.deployer.runtime.Reachability;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("nginx")
class NginxRouterTest extends RouterConformance {

  @TempDir private Path folder;
  private @Nullable NginxRig rig;

  NginxRouterTest() throws IOException {}

  @BeforeAll
  static void requireNginx() {
    Neighbours.require("nginx");
  }

  @Override
  Router startRouter() throws IOException {
    rig = new NginxRig(folder);
    return rig.router();
  }

  @Override
  Router anotherDeployer() {
    return rig().router();
  }

  @Override
  void crashRouter() {
    rig().crash();
  }

  @Override
  URI traffic() {
    return rig().traffic();
  }

  @AfterEach
  void stop() {
    if (rig != null) {
      rig.close();
    }
  }

  @Test
  @DisplayName("keeps its file when nginx -t finds the new one wrong, and says why")
  void checkFails() throws Exception {
    router.apply(route(old.of("1", 100)), 5);
    String before = Files.readString(rig().generated().resolve("http.conf"));
    Files.writeString(folder.resolve("nginx.conf"), "wrong;\n");

    assertThatThrownBy(() -> router.apply(route(fresh.of("2", 100)), 6))
        .isInstanceOf(RouteRefused.class)
        .hasMessageContaining("keeps serving as before")
        .hasMessageContaining("unknown directive \"wrong\"");

    assertThat(get("/").body()).isEqualTo("old");
    assertThat(Files.readString(rig().generated().resolve("http.conf"))).isEqualTo(before);
  }

  @Test
  @DisplayName("says that nginx is away, and what to do")
  void away() {
    NginxSettings settings = rig().settings();
    rig().close();
    Router impatient =
        new ConfiguredRouter(
            Nginx.of(
                new NginxSettings(
                    settings.folder(),
                    settings.check(),
                    settings.reload(),
                    settings.status(),
                    settings.pidFile(),
                    settings.log(),
                    Duration.ofMillis(300))),
            rig().generated());

    assertThatThrownBy(() -> impatient.apply(route(old.of("1", 100)), 5))
        .isInstanceOf(RouterFailure.class)
        .hasMessageContaining("start nginx");
    assertThat(impatient.reachability()).isInstanceOf(Reachability.Unreachable.class);
  }

  private NginxRig rig() {
    return Objects.requireNonNull(rig);
  }
}
