package dev.fairlead.deployer.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.deployer.fleet.Routers;
import dev.fairlead.deployer.fleet.Runtimes;
import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.deployer.manifest.RuntimeKind;
import dev.fairlead.deployer.router.HaproxyRig;
import dev.fairlead.deployer.router.NginxRig;
import dev.fairlead.events.Place;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Its first release was behind HAProxy, the next one behind nginx, and what serves is not. */
@DisplayName("An application that was behind two other routers")
class RemovalAtRoutersTest {

  private static final Place PLACE = Place.of("nomad", "staging");
  private static final Map<String, String> NOMAD =
      Map.of("application", "nomad", "environment", "staging");

  private static final String QUICKLY = "verification: {checks: [{path: /health}], window: 0s}";

  /** Before nginx's configuration is checked: the second time it waits to be let go. */
  private static final String CHECK =
      """
      if [ -e %1$s.first ]; then
        mv %1$s.first %1$s.second
      else
        while [ -e %1$s.second ]; do : > %1$s.caught; sleep 0.05; done
      fi
      exec "$@"
      """;

  private static Path trap;
  private static Stage stage;
  private static HaproxyRig haproxy;
  private static NginxRig nginx;

  @BeforeAll
  static void set(@TempDir Path folder) throws Exception {
    Neighbours.require("haproxy", "nginx");
    haproxy = new HaproxyRig(Files.createDirectory(folder.resolve("haproxy")));
    nginx = new NginxRig(Files.createDirectory(folder.resolve("nginx")));
    trap = folder.resolve("trap");
    Path check = Files.writeString(folder.resolve("check"), CHECK.formatted(trap));
    List<String> settings = new ArrayList<>(nginx.properties());
    settings.replaceAll(
        setting -> setting.replace("nginx.check=", "nginx.check=sh,%s,".formatted(check)));
    settings.addAll(haproxy.properties());
    settings.add("--fairlead.deployer.upkeep=100ms");
    stage = Stage.set(folder, settings.toArray(String[]::new));
    stage.built("1", "good");
  }

  @AfterAll
  static void strike() throws Exception {
    stage.strike(PLACE);
    haproxy.close();
    nginx.close();
  }

  @Test
  @DisplayName("is taken away from each by itself: what is left at one is told, and goes next time")
  void resumed() throws Exception {
    for (String router : List.of("haproxy", "nginx", "edge")) {
      stage.applied("nomad", "router: " + router, QUICKLY);
      Stage.Answer deployed = stage.ended(stage.deploy("nomad", "staging", "1"));
      assertThat(deployed.text("state")).as(deployed.toString()).isEqualTo("succeeded");
    }
    Files.createFile(Path.of(trap + ".first")); // for the traffic taken off
    String removal = stage.post("dora", "/removals", NOMAD).text("deployment");
    await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(Path.of(trap + ".caught")));
    assertThat(stage.get("/deployments/" + removal).text("step")).isEqualTo("remove-route-nginx");
    haproxy.kill();
    Files.delete(Path.of(trap + ".second"));

    Stage.Answer stuck = stage.ended(removal);

    assertThat(stuck.text("state")).as(stuck.toString()).isEqualTo("failed");
    assertThat(stuck.text("reason"))
        .contains("nomad/staging runs no more, its route is gone from edge, nginx")
        .endsWith("and may be left at haproxy");
    assertThat(stuck.text("advice"))
        .endsWith("then fairlead remove nomad staging goes on with haproxy");
    requireNothingStarted();

    haproxy.crash();
    nginx.kill();
    assertThat(left()).containsExactly(RouterKind.HAPROXY);
    Stage.Answer plan = stage.post("dora", "/removals/plan", NOMAD);
    assertThat(plan.body().path("steps").toString()).contains("haproxy").doesNotContain("nginx");
    assertThat(plan.body().path("goes").toString())
        .contains("route nomad-staging at haproxy")
        .doesNotContain("at edge");
    Stage.Answer rest = stage.ended(stage.post("dora", "/removals", NOMAD).text("deployment"));

    assertThat(rest.text("state")).as(rest.toString()).isEqualTo("succeeded");
    assertThat(left()).isEmpty();
    assertThat(stage.post("dora", "/removals", NOMAD).text("code")).isEqualTo("already-removed");
  }

  private static List<RouterKind> left() throws Exception {
    List<RouterKind> left = new ArrayList<>();
    for (RouterKind kind : List.of(RouterKind.EDGE, RouterKind.NGINX, RouterKind.HAPROXY)) {
      if (stage.bean(Routers.class).byKind().get(kind).observe("nomad-staging").isPresent()) {
        left.add(kind);
      }
    }
    return left;
  }

  /** Not by what looks after places, either. */
  private static void requireNothingStarted() {
    await()
        .during(Duration.ofSeconds(1))
        .until(() -> stage.bean(Runtimes.class).of(RuntimeKind.PROCESS).observe(PLACE).isEmpty());
    assertThat(stage.visit("nomad", "staging").statusCode()).isEqualTo(404);
  }
}
