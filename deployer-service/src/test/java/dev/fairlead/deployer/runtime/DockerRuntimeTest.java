package dev.fairlead.deployer.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Frame;
import dev.fairlead.deployer.artifact.Artifact;
import dev.fairlead.deployer.artifact.ArtifactUnusable;
import dev.fairlead.deployer.image.Images;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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

  private Engine here() {
    return DockerEngine.local(Optional.empty(), folder.resolve("runtime"));
  }

  private static DockerClient engine() {
    return DockerEngine.connect(Optional.empty());
  }

  @Override
  Runtime open() {
    return new DockerRuntime(here(), PortRange.DEFAULT);
  }

  @Override
  Program program(Behaviour behaviour) {
    Artifact.Image image = new Images(here()).resolve(IMAGE);
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
    assertThat(container.getHostConfig().getTmpFs())
        .containsExactly(Map.entry("/tmp", "rw,noexec,nosuid,nodev,size=16777216"));
    assertThat(container.getHostConfig().getRestartPolicy().getName()).isEqualTo("unless-stopped");
    assertThat(container.getHostConfig().getLogConfig().getConfig())
        .containsEntry("max-size", "10m")
        .containsEntry("max-file", "3");
    assertThat(container.getHostConfig().getNetworkMode()).isNotIn("default", "bridge", "host");
    assertThat(container.getHostConfig().getPortBindings().getBindings().values())
        .allSatisfy(bindings -> assertThat(bindings[0].getHostIp()).isEqualTo("127.0.0.1"))
        .hasSize(1);
    assertThat(container.getConfig().getLabels())
        .containsEntry("fairlead.instance", spec.id().value())
        .containsEntry("fairlead.application", "orders")
        .containsEntry("fairlead.version", "1")
        .containsKeys("fairlead.runtime", "fairlead.environment", "fairlead.deployment");
    // what it says of itself is one thing, what it can do another
    assertThat(inside(spec, "touch /www/index.html")).contains("Read-only file system");
    assertThat(inside(spec, "cat /proc/mounts")).containsPattern("tmpfs /tmp tmpfs .*size=16384k");
    assertThat(inside(spec, "cat /proc/self/status"))
        .contains("CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1");
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
    String volume = "fairlead-%s-secrets".formatted(spec.id());
    assertThat(inside(spec, "cat /run/secrets/PASSWORD")).isEqualTo("canary-secret");
    assertThat(inside(spec, "echo forged > /run/secrets/PASSWORD")).contains("Permission denied");
    assertThat(inside(spec, "touch /run/secrets/MORE")).contains("Permission denied");
    assertThat(engine().inspectVolumeCmd(volume).exec().getName()).isEqualTo(volume);

    runtime.stop(spec.id(), GRACE, fence);
    assertThatThrownBy(() -> engine().inspectVolumeCmd(volume).exec())
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  @DisplayName("finds secrets by their label that a crash left before their container was there")
  void secretsLeft() throws Exception {
    InstanceSpec spec = spec("a", Behaviour.SERVES);
    Runtime runtime = open();
    String left = "fairlead-%s-crashed-secrets".formatted(place.environment());
    engine()
        .createVolumeCmd()
        .withName(left)
        .withLabels(
            Map.of(
                "fairlead.runtime",
                here().installation(),
                "fairlead.instance",
                place.environment() + "-crashed",
                "fairlead.application",
                place.application().value(),
                "fairlead.environment",
                place.environment().value()))
        .exec();
    runtime.start(spec, fence);

    runtime.stop(spec.id(), GRACE, fence);

    assertThatThrownBy(() -> engine().inspectVolumeCmd(left).exec())
        .isInstanceOf(NotFoundException.class);
  }

  /** What a command wrote that was run in the instance, as the instance's user. */
  private static String inside(InstanceSpec spec, String command) throws Exception {
    String id =
        engine()
            .execCreateCmd("fairlead-" + spec.id())
            .withCmd(
                "/bin/busybox", "sh", "-c", command.replaceAll("^(cat|touch)", "/bin/busybox $1"))
            .withAttachStdout(true)
            .withAttachStderr(true)
            .exec()
            .getId();
    StringBuilder text = new StringBuilder();
    engine()
        .execStartCmd(id)
        .exec(
            new ResultCallback.Adapter<Frame>() {
              @Override
              public void onNext(Frame frame) {
                text.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
              }
            })
        .awaitCompletion();
    return text.toString();
  }

  @Test
  @DisplayName("leaves alone a container of its instance's name that somebody else made")
  void namesake() throws Exception {
    InstanceSpec spec = spec("a", Behaviour.SERVES);
    String name = "fairlead-" + spec.id();
    engine().createContainerCmd(IMAGE).withName(name).withCmd("/bin/busybox", "true").exec();
    Runtime runtime = open();
    try {
      assertThatThrownBy(() -> runtime.start(spec, fence))
          .isInstanceOf(RuntimeFailure.class)
          .hasMessageContaining("is not of this Fairlead installation; remove or rename it");
      runtime.stop(spec.id(), GRACE, fence);
      assertThat(engine().inspectContainerCmd(name).exec().getName()).isEqualTo("/" + name);
      assertThat(runtime.residents()).extracting(Resident::place).doesNotContain(place);
    } finally {
      engine().removeContainerCmd(name).exec();
    }
  }

  @Test
  @DisplayName("leaves no network where somebody died between the last instance and its network")
  void left() throws Exception {
    InstanceSpec spec = spec("a", Behaviour.SERVES);
    Runtime runtime = open();
    runtime.start(spec, fence);
    String id = networkOf(spec);

    runtime.leave(fence);
    assertThat(engine().inspectNetworkCmd().withNetworkId(id).exec().getContainers()).hasSize(1);
    engine().removeContainerCmd("fairlead-" + spec.id()).withForce(true).exec();
    runtime.leave(fence);
    assertThatThrownBy(() -> engine().inspectNetworkCmd().withNetworkId(id).exec())
        .isInstanceOf(NotFoundException.class);
  }

  private static String networkOf(InstanceSpec spec) {
    Set<String> networks =
        engine()
            .inspectContainerCmd("fairlead-" + spec.id())
            .exec()
            .getNetworkSettings()
            .getNetworks()
            .keySet();
    assertThat(networks).hasSize(1);
    return engine().inspectNetworkCmd().withNetworkId(networks.iterator().next()).exec().getId();
  }

  @Test
  @DisplayName("gives each application and environment a network of its own while it runs")
  void networks() throws Exception {
    InstanceSpec spec = spec("a", Behaviour.SERVES);
    Runtime runtime = open();
    runtime.start(spec, fence);
    runtime.start(spec("b", Behaviour.SERVES), fence);

    String id = networkOf(spec);
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
    Artifact.Image image = new Images(here()).resolve("fairlead-test/ailing:1");
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
    engine().tagImageCmd(IMAGE, "fairlead-test/moved", "latest").exec();
    Artifact.Image resolved = new Images(here()).resolve("fairlead-test/moved:latest");
    engine().removeImageCmd("fairlead-test/moved:latest").exec();

    Instance started = open().start(spec, fence);

    assertThat(started.digest()).isEqualTo(resolved.digest());
  }

  @Test
  @DisplayName("says which image it lacks and how to get it")
  void noImage() {
    assertThatThrownBy(() -> new Images(here()).resolve("fairlead-test/absent:9"))
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
