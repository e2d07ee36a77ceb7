package dev.fairlead.deployer.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Frame;
import dev.fairlead.stack.testing.InSecondLane;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Around each container, the Docker runtime")
@InSecondLane
class DockerIsolationTest extends RuntimeRig {

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

  private DockerGround docker() {
    return new DockerGround(folder);
  }

  @Test
  @DisplayName("gives a container as few rights as it can")
  void hardened() throws Exception {
    InstanceSpec spec = spec("a", Behaviour.SERVES);
    open().start(spec, fence);

    InspectContainerResponse container =
        DockerGround.engine().inspectContainerCmd("fairlead-" + spec.id()).exec();

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
        DockerGround.engine().inspectContainerCmd("fairlead-" + spec.id()).exec();
    assertThat(container.getRawValues().toString() + List.of(container.getConfig().getEnv()))
        .doesNotContain("canary-secret");
    assertThat(container.getConfig().getEnv())
        .contains("PASSWORD_FILE=/run/secrets/PASSWORD", "COLOUR=deep blue");
    String volume = "fairlead-%s-secrets".formatted(spec.id());
    assertThat(inside(spec, "cat /run/secrets/PASSWORD")).isEqualTo("canary-secret");
    assertThat(inside(spec, "echo forged > /run/secrets/PASSWORD")).contains("Permission denied");
    assertThat(inside(spec, "touch /run/secrets/MORE")).contains("Permission denied");
    assertThat(DockerGround.engine().inspectVolumeCmd(volume).exec().getName()).isEqualTo(volume);

    runtime.stop(spec.id(), GRACE, fence);
    assertThatThrownBy(() -> DockerGround.engine().inspectVolumeCmd(volume).exec())
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  @DisplayName("finds secrets by their label that a crash left before their container was there")
  void secretsLeft() throws Exception {
    InstanceSpec spec = spec("a", Behaviour.SERVES);
    Runtime runtime = open();
    String left = "fairlead-%s-crashed-secrets".formatted(place.environment());
    DockerGround.engine()
        .createVolumeCmd()
        .withName(left)
        .withLabels(
            Map.of(
                "fairlead.runtime",
                docker().here().installation(),
                "fairlead.instance",
                place.environment() + "-crashed",
                "fairlead.application",
                place.application().value(),
                "fairlead.environment",
                place.environment().value()))
        .exec();
    runtime.start(spec, fence);

    runtime.stop(spec.id(), GRACE, fence);

    assertThatThrownBy(() -> DockerGround.engine().inspectVolumeCmd(left).exec())
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  @DisplayName("gives each application and environment a network of its own while it runs")
  void networks() throws Exception {
    InstanceSpec spec = spec("a", Behaviour.SERVES);
    Runtime runtime = open();
    runtime.start(spec, fence);
    runtime.start(spec("b", Behaviour.SERVES), fence);

    String id = networkOf(spec);
    assertThat(DockerGround.engine().inspectNetworkCmd().withNetworkId(id).exec().getLabels())
        .containsEntry("fairlead.environment", place.environment().value());

    runtime.stop(spec.id(), GRACE, fence);
    assertThat(DockerGround.engine().inspectNetworkCmd().withNetworkId(id).exec().getContainers())
        .hasSize(1);
    runtime.stop(spec("b", Behaviour.SERVES).id(), GRACE, fence);
    assertThatThrownBy(() -> DockerGround.engine().inspectNetworkCmd().withNetworkId(id).exec())
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  @DisplayName("leaves no network where somebody died between the last instance and its network")
  void left() throws Exception {
    InstanceSpec spec = spec("a", Behaviour.SERVES);
    Runtime runtime = open();
    runtime.start(spec, fence);
    String id = networkOf(spec);

    runtime.leave(fence);
    assertThat(DockerGround.engine().inspectNetworkCmd().withNetworkId(id).exec().getContainers())
        .hasSize(1);
    DockerGround.engine().removeContainerCmd("fairlead-" + spec.id()).withForce(true).exec();
    runtime.leave(fence);
    assertThatThrownBy(() -> DockerGround.engine().inspectNetworkCmd().withNetworkId(id).exec())
        .isInstanceOf(NotFoundException.class);
  }

  /** What a command wrote that was run in the instance, as the instance's user. */
  private static String inside(InstanceSpec spec, String command) throws Exception {
    String id =
        DockerGround.engine()
            .execCreateCmd("fairlead-" + spec.id())
            .withCmd(
                "/bin/busybox", "sh", "-c", command.replaceAll("^(cat|touch)", "/bin/busybox $1"))
            .withAttachStdout(true)
            .withAttachStderr(true)
            .exec()
            .getId();
    StringBuilder text = new StringBuilder();
    DockerGround.engine()
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

  private static String networkOf(InstanceSpec spec) {
    Set<String> networks =
        DockerGround.engine()
            .inspectContainerCmd("fairlead-" + spec.id())
            .exec()
            .getNetworkSettings()
            .getNetworks()
            .keySet();
    assertThat(networks).hasSize(1);
    return DockerGround.engine()
        .inspectNetworkCmd()
        .withNetworkId(networks.iterator().next())
        .exec()
        .getId();
  }
}
