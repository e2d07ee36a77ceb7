package dev.fairlead.deployer.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.HostConfig;
import dev.fairlead.deployer.fleet.Runtimes;
import dev.fairlead.deployer.manifest.RuntimeKind;
import dev.fairlead.deployer.release.Artifacts;
import dev.fairlead.deployer.runtime.BusyboxImages;
import dev.fairlead.deployer.runtime.Fence;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.events.Place;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("On a real Docker Engine")
class DockerJourneyTest {

  private static final Place PLACE = Place.of("harbour", "staging");
  private static final String SERVE =
      "/bin/busybox httpd -f -p $PORT -h /www & trap 'exit 0' TERM; wait; wait";

  private static Path folder;
  private static DockerClient engine;
  private static Stage stage;

  @BeforeAll
  static void set(@TempDir Path temporary) throws Exception {
    folder = temporary;
    engine = BusyboxImages.engine();
    stage = Stage.set(folder);
    built("1", "version 1", "health");
    built("2", "version 2", "health");
    built("3", "version 3", "elsewhere");
  }

  private static void built(String version, String text, String health) throws Exception {
    BusyboxImages.build(
        engine,
        Files.createDirectory(folder.resolve("image-" + version)),
        "fairlead-journey/harbour:" + version,
        Map.of("index.html", text, health, "up", "serve.sh", SERVE),
        "CMD [\"/bin/busybox\", \"sh\", \"/www/serve.sh\"]\n");
  }

  @AfterAll
  static void strike() throws Exception {
    for (Instance instance : instances()) {
      stage
          .bean(Runtimes.class)
          .of(RuntimeKind.DOCKER)
          .stop(instance.id(), Duration.ZERO, new Fence(PLACE, Long.MAX_VALUE));
    }
    stage.bean(Artifacts.class).prune(Set.of(), Instant.MAX);
    stage.close();
  }

  @Test
  @DisplayName("an image follows the other without a lost request, and a bad one is undone")
  void releases() throws Exception {
    applied();
    Stage.Answer first = stage.ended(stage.deploy("harbour", "staging", "1"));
    assertThat(first.text("state")).as(first.toString()).isEqualTo("succeeded");
    assertThat(stage.visit("harbour", "staging").body()).isEqualTo("version 1");
    assertThat(instances())
        .allSatisfy(
            instance ->
                assertThat(instance.digest().value())
                    .isEqualTo(engine.inspectImageCmd("fairlead-journey/harbour:1").exec().getId()))
        .allSatisfy(DockerJourneyTest::requireLimits);

    try (Visitors visitors = new Visitors(stage, "harbour", "staging")) {
      Stage.Answer second = stage.ended(stage.deploy("harbour", "staging", "2"));
      assertThat(second.text("state")).as(second.toString()).isEqualTo("succeeded");
      assertThat(versions()).containsExactly("2", "2");

      Stage.Answer third = stage.ended(stage.deploy("harbour", "staging", "3"));
      assertThat(third.text("state")).as(third.toString()).isEqualTo("rolled-back");
      assertThat(third.text("reason")).contains("/health answered 404");
      assertThat(versions()).containsExactly("2", "2");

      visitors.requireAllAnswered(30);
      assertThat(visitors.answers()).containsOnlyKeys("version 1", "version 2");
    }
  }

  /** Those of the manifest, as the engine tells them. */
  private static void requireLimits(Instance instance) {
    HostConfig told =
        engine.inspectContainerCmd("fairlead-" + instance.id()).exec().getHostConfig();
    assertThat(told.getMemory()).isEqualTo(96L << 20);
    assertThat(told.getMemorySwap()).isEqualTo(96L << 20);
    assertThat(told.getNanoCPUs()).isEqualTo(500_000_000L);
    assertThat(told.getPidsLimit()).isEqualTo(100);
    assertThat(told.getTmpFs().get("/tmp")).endsWith("size=8388608");
  }

  private static void applied() throws Exception {
    Path secret = Files.writeString(folder.resolve("api-key"), "canary-secret");
    String manifest =
        """
        application: harbour
        runtime: docker
        artifact: {image: "fairlead-journey/harbour:{version}"}
        port: 8080
        replicas: 2
        limits: {memory: 96MB, processors: 0.5, processes: 100, tmp: 8MB}
        environment: {API_KEY: "secret:file:%s"}
        health: {path: /health, interval: 100ms, stay-healthy: 200ms, within: 8s}
        strategy: {rolling: {batch: 1}}
        route: {host: "harbour.{environment}.localhost"}
        drain: 5s
        bake: 1s
        verification:
          checks: [{path: /health}]
          window: 2s
          minimum-requests: 10
          max-p95: 5s
        environments:
          staging: {}
        """
            .formatted(secret);
    Stage.Answer answer =
        stage.post(
            "ada", "/applications", Map.of("manifest", manifest, "directory", folder.toString()));
    assertThat(answer.status()).as(answer.toString()).isLessThan(300);
  }

  private static List<String> versions() {
    return instances().stream().map(instance -> instance.version().value()).toList();
  }

  private static List<Instance> instances() {
    return stage.bean(Runtimes.class).of(RuntimeKind.DOCKER).observe(PLACE);
  }
}
