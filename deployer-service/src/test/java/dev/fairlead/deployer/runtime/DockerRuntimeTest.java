package dev.fairlead.deployer.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.deployer.artifact.Artifact;
import dev.fairlead.deployer.artifact.ArtifactUnusable;
import dev.fairlead.deployer.image.Images;
import dev.fairlead.stack.testing.InSecondLane;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The Docker runtime")
@InSecondLane
class DockerRuntimeTest extends RuntimeConformance {

  @TempDir private Path folder;

  @BeforeAll
  static void buildImage(@TempDir Path context) throws Exception {
    DockerGround.buildImage(context);
  }

  @Override
  Runtime open() {
    return docker().open();
  }

  @Override
  Program program(Behaviour behaviour) {
    return docker().program(behaviour);
  }

  @Override
  void kill(Instance instance) {
    DockerGround.engine().killContainerCmd("fairlead-" + instance.id()).exec();
  }

  private DockerGround docker() {
    return new DockerGround(folder);
  }

  @Test
  @DisplayName("leaves alone a container of its instance's name that somebody else made")
  void namesake() throws Exception {
    InstanceSpec spec = spec("a", Behaviour.SERVES);
    String name = "fairlead-" + spec.id();
    DockerGround.engine()
        .createContainerCmd(DockerGround.IMAGE)
        .withName(name)
        .withCmd("/bin/busybox", "true")
        .exec();
    Runtime runtime = open();
    try {
      assertThatThrownBy(() -> runtime.start(spec, fence))
          .isInstanceOf(RuntimeFailure.class)
          .hasMessageContaining("is not of this Fairlead installation; remove or rename it");
      runtime.stop(spec.id(), GRACE, fence);
      assertThat(DockerGround.engine().inspectContainerCmd(name).exec().getName())
          .isEqualTo("/" + name);
      assertThat(runtime.residents()).extracting(Resident::place).doesNotContain(place);
    } finally {
      DockerGround.engine().removeContainerCmd(name).exec();
    }
  }

  @Test
  @DisplayName("believes the image's own HEALTHCHECK where it says unhealthy")
  void healthcheck(@TempDir Path context) throws Exception {
    BusyboxImages.build(
        DockerGround.engine(),
        context,
        "fairlead-test/ailing:1",
        Map.of("index.html", "hello", "SERVES.sh", DockerGround.script(Behaviour.SERVES)),
        """
        HEALTHCHECK --interval=1s --retries=1 CMD ["/bin/busybox", "ls", "/missing"]
        """);
    Artifact.Image image = new Images(docker().here()).resolve("fairlead-test/ailing:1");
    InstanceSpec like = spec("a", Behaviour.SERVES);
    InstanceSpec spec =
        new InstanceSpec(
            like.id(),
            place,
            like.deployment(),
            like.version(),
            new Program.ContainerImage(
                image.digest(), List.of("/bin/busybox", "sh", "/www/SERVES.sh"), 8080),
            Map.of(),
            like.limits());
    Runtime runtime = open();
    runtime.start(spec, fence);
    awaitAnswer(spec.id());
    await().until(() -> runtime.observe(spec.id()).orElseThrow().ailment().isPresent());

    List<Health> health =
        new HealthGate(runtime::observe)
            .await(
                List.of(spec.id()),
                new HealthCheck(
                    "/index.html",
                    Duration.ofMillis(100),
                    Duration.ofSeconds(1),
                    Duration.ZERO,
                    Duration.ofSeconds(1)));
    assertThat(health.getFirst().toString())
        .contains("the image's HEALTHCHECK says unhealthy", "/missing");
  }

  @Test
  @DisplayName("runs the very image that was resolved, after its tag has moved on")
  void pinned() throws Exception {
    InstanceSpec spec = spec("a", Behaviour.SERVES);
    DockerGround.engine().tagImageCmd(DockerGround.IMAGE, "fairlead-test/moved", "latest").exec();
    Artifact.Image resolved = new Images(docker().here()).resolve("fairlead-test/moved:latest");
    DockerGround.engine().removeImageCmd("fairlead-test/moved:latest").exec();

    Instance started = open().start(spec, fence);

    assertThat(started.digest()).isEqualTo(resolved.digest());
  }

  @Test
  @DisplayName("says which image it lacks and how to get it")
  void noImage() {
    assertThatThrownBy(() -> new Images(docker().here()).resolve("fairlead-test/absent:9"))
        .isInstanceOf(ArtifactUnusable.class)
        .hasMessage(
            "artifact fairlead-test/absent:9 cannot be used: the Docker Engine does not have this image; build it or run 'docker pull fairlead-test/absent:9'");
  }

  @Test
  @DisplayName("says that the engine is away, and what to do")
  void engineAway() {
    Engine nobody =
        DockerEngine.local(
            Optional.of(URI.create("unix://" + folder.resolve("no.sock"))), folder.resolve("away"));
    Runtime runtime = new DockerRuntime(nobody, PortRange.DEFAULT);

    assertThat(runtime.reachability()).isInstanceOf(Reachability.Unreachable.class);
    assertThat(runtime.reachability().description()).contains("start it, or correct its address");
    assertThatThrownBy(() -> runtime.observe(place))
        .isInstanceOf(RuntimeFailure.class)
        .hasMessageContaining("is it running?");
  }
}
