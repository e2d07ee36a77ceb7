package dev.fairlead.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.stack.Program;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Containers of applications")
class InstanceContainersTest {

  private final String name = UUID.randomUUID().toString();
  private final String image = "fairlead-down-" + name;
  private final List<String> containers = new ArrayList<>();

  @TempDir Path folder;

  private StackHome home;

  @BeforeEach
  void buildImage() throws IOException {
    Neighbours.require("docker", "busybox");
    home = new StackHome(folder);
    home.create();
    Path busybox = Neighbours.find("busybox").orElseThrow();
    Path image = Files.createDirectories(folder.resolve("image"));
    Files.copy(busybox, image.resolve("busybox"));
    Path archive = folder.resolve("image.tar");
    run("tar", "-cf", archive.toString(), "-C", image.toString(), "busybox");
    run("docker", "import", archive.toString(), this.image);
  }

  @AfterEach
  void remove() {
    containers.forEach(container -> run("docker", "rm", "--force", container));
    run("docker", "rmi", "--force", image);
  }

  @Test
  @DisplayName("are stopped by down when this stack's deployer started them, and others are not")
  void down() throws IOException {
    String ours = container(name);
    String foreign = container("another-installation");
    Path state = Files.createDirectories(home.data().resolve("deployer/containers"));
    Files.writeString(state.resolve("name"), name);

    assertThat(new InstanceContainers(home).stop()).as("nothing was ever started").isZero();
    Files.writeString(
        Files.createDirectories(state.resolve("fences")).resolve("orders.staging"), "1");
    Stopped stopped = new StackStop(home, new PidFiles(home)).stopAll(_ -> {});

    assertThat(stopped.unknown()).isEmpty();
    assertThat(isRunning(ours)).isFalse();
    assertThat(isRunning(foreign)).isTrue();
  }

  @Test
  @DisplayName("are looked for at the engine that the deployer has noted")
  void engine() throws IOException {
    Path state = Files.createDirectories(home.data().resolve("deployer/containers"));
    Files.writeString(state.resolve("name"), name);
    Files.writeString(
        Files.createDirectories(state.resolve("fences")).resolve("orders.staging"), "1");
    String elsewhere = "unix://" + folder.resolve("another.sock");
    Files.writeString(state.resolve("engine"), elsewhere);

    Stopped stopped = new StackStop(home, new PidFiles(home)).stopAll(_ -> {});

    assertThat(stopped.unknown()).singleElement().asString().contains("docker --host " + elsewhere);
  }

  private String container(String runtime) {
    String id =
        run(
                "docker",
                "run",
                "--detach",
                "--network=none",
                "--label=fairlead.runtime=" + runtime,
                image,
                "/busybox",
                "sleep",
                "300")
            .strip();
    containers.add(id);
    return id;
  }

  private static boolean isRunning(String id) {
    return run("docker", "inspect", "--format", "{{.State.Running}}", id).strip().equals("true");
  }

  private static String run(String... command) {
    return Program.run(List.of(command), Duration.ofSeconds(60));
  }
}
