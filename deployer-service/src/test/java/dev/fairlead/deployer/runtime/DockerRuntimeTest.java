package dev.fairlead.deployer.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Capability;
import dev.fairlead.deployer.artifact.Artifact;
import dev.fairlead.deployer.artifact.ArtifactUnusable;
import dev.fairlead.deployer.artifact.Images;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The Docker runtime")
class DockerRuntimeTest extends RuntimeConformance {

  private static final String IMAGE = "fairlead-test/runtime:1";

  @TempDir private Path folder;

  @BeforeAll
  static void buildImage(@TempDir Path context) throws Exception {
    Map<String, String> files = new HashMap<>();
    files.put("index.html", "hello");
    for (Behaviour behaviour : Behaviour.values()) {
      files.put(behaviour + ".sh", script(behaviour));
    }
    BusyboxImages.build(BusyboxImages.engine(), context, IMAGE, files, "");
  }

  private static String script(Behaviour behaviour) {
    String server =
        """
        bb="/bin/busybox"
        $bb httpd -f -p $PORT -h /www &
        server=$!
        TRAP
        wait $server
        wait $server
        """;
    return switch (behaviour) {
      case SERVES -> server.replace("TRAP", "trap 'exit 0' TERM");
      case STUBBORN -> server.replace("TRAP", "trap '' TERM");
      case FAILS ->
          """
          /bin/busybox env
          echo PASSWORD=$(/bin/busybox cat $PASSWORD_FILE)
          echo I cannot work
          echo and tell why >&2
          exit 3
          """;
    };
  }

  private static DockerClient engine() {
    return DockerEngine.connect(Optional.empty());
  }

  @Override
  Runtime open() {
    return new DockerRuntime(engine(), folder.resolve("runtime"), PortRange.DEFAULT);
  }

  @Override
  Program program(Behaviour behaviour) {
    Artifact.Image image = new Images(engine()).resolve(IMAGE);
    return new Program.ContainerImage(
        image.digest(), List.of("/bin/busybox", "sh", "/www/" + behaviour + ".sh"), 8080);
  }

  @Override
  void kill(Instance instance) {
    engine().killContainerCmd("fairlead-" + instance.id()).exec();
  }

  @Test
  @DisplayName("gives a container as few rights as it can")
  void hardened() throws Exception {
    InstanceSpec spec = spec("a", Behaviour.SERVES);
    open().start(spec, fence);

    InspectContainerResponse container =
        engine().inspectContainerCmd("fairlead-" + spec.id()).exec();

    assertThat(container.getConfig().getUser()).isEqualTo("65534:65534");
    assertThat(container.getHostConfig().getReadonlyRootfs()).isTrue();
    assertThat(container.getHostConfig().getPrivileged()).isFalse();
    assertThat(container.getHostConfig().getCapDrop()).containsExactly(Capability.ALL);
    assertThat(container.getHostConfig().getSecurityOpts()).containsExactly("no-new-privileges");
    assertThat(container.getHostConfig().getMemory()).isEqualTo(spec.limits().memoryBytes());
    assertThat(container.getHostConfig().getMemorySwap()).isEqualTo(spec.limits().memoryBytes());
    assertThat(container.getHostConfig().getNanoCPUs()).isEqualTo(500_000_000L);
    assertThat(container.getHostConfig().getPidsLimit()).isEqualTo(64);
    assertThat(container.getConfig().getLabels())
        .containsEntry("fairlead.instance", spec.id().value());
  }

  @Test
  @DisplayName("keeps secrets out of the container's configuration, and deletes them at the end")
  void secrets() throws Exception {
    InstanceSpec spec = spec("a", Behaviour.SERVES);
    Runtime runtime = open();
    runtime.start(spec, fence);

    InspectContainerResponse container =
        engine().inspectContainerCmd("fairlead-" + spec.id()).exec();
    assertThat(container.getRawValues().toString() + List.of(container.getConfig().getEnv()))
        .doesNotContain("canary-secret");
    assertThat(container.getConfig().getEnv())
        .contains("PASSWORD_FILE=/run/secrets/PASSWORD", "COLOUR=deep blue");
    Path secrets = folder.resolve("runtime/secrets");
    assertThat(secrets.resolve(spec.id() + "/PASSWORD")).hasContent("canary-secret");
    assertThat(Files.getPosixFilePermissions(secrets))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));

    runtime.stop(spec.id(), GRACE, fence);
    assertThat(secrets.resolve(spec.id().value())).doesNotExist();
  }

  @Test
  @DisplayName("gives each application and environment a network of its own while it runs")
  void networks() throws Exception {
    InstanceSpec spec = spec("a", Behaviour.SERVES);
    Runtime runtime = open();
    runtime.start(spec, fence);
    runtime.start(spec("b", Behaviour.SERVES), fence);

    Set<String> networks =
        engine()
            .inspectContainerCmd("fairlead-" + spec.id())
            .exec()
            .getNetworkSettings()
            .getNetworks()
            .keySet();
    assertThat(networks).hasSize(1);
    String network = networks.iterator().next();
    String id = engine().inspectNetworkCmd().withNetworkId(network).exec().getId();
    assertThat(engine().inspectNetworkCmd().withNetworkId(id).exec().getLabels())
        .containsEntry("fairlead.environment", place.environment().value());

    runtime.stop(spec.id(), GRACE, fence);
    assertThat(engine().inspectNetworkCmd().withNetworkId(id).exec().getContainers()).hasSize(1);
    runtime.stop(spec("b", Behaviour.SERVES).id(), GRACE, fence);
    assertThatThrownBy(() -> engine().inspectNetworkCmd().withNetworkId(id).exec())
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  @DisplayName("believes the image's own HEALTHCHECK where it says unhealthy")
  void healthcheck(@TempDir Path context) throws Exception {
    BusyboxImages.build(
        engine(),
        context,
        "fairlead-test/ailing:1",
        Map.of("index.html", "hello", "SERVES.sh", script(Behaviour.SERVES)),
        """
        HEALTHCHECK --interval=1s --retries=1 CMD ["/bin/busybox", "ls", "/missing"]
        """);
    Artifact.Image image = new Images(engine()).resolve("fairlead-test/ailing:1");
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
        new HealthGate(runtime)
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
    engine().tagImageCmd(IMAGE, "fairlead-test/moved", "latest").exec();
    Artifact.Image resolved = new Images(engine()).resolve("fairlead-test/moved:latest");
    engine().removeImageCmd("fairlead-test/moved:latest").exec();

    Instance started = open().start(spec, fence);

    assertThat(started.digest()).isEqualTo(resolved.digest());
  }

  @Test
  @DisplayName("says which image it lacks and how to get it")
  void noImage() {
    assertThatThrownBy(() -> new Images(engine()).resolve("fairlead-test/absent:9"))
        .isInstanceOf(ArtifactUnusable.class)
        .hasMessage(
            "artifact fairlead-test/absent:9 cannot be used: the Docker Engine does not have this image; build it or run 'docker pull fairlead-test/absent:9'");
  }

  @Test
  @DisplayName("says that the engine is away, and what to do")
  void engineAway() {
    DockerClient nobody =
        DockerEngine.connect(Optional.of(URI.create("unix://" + folder.resolve("no.sock"))));
    Runtime runtime = new DockerRuntime(nobody, folder.resolve("away"), PortRange.DEFAULT);

    assertThat(runtime.reachability()).isInstanceOf(Reachability.Unreachable.class);
    assertThat(runtime.reachability().description()).contains("start it, or correct its address");
    assertThatThrownBy(() -> runtime.observe(place))
        .isInstanceOf(RuntimeFailure.class)
        .hasMessageContaining("is it running?");
  }
}
