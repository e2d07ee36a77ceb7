package dev.fairlead.deployer.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Image;
import dev.fairlead.deployer.artifact.ArtifactUnusable;
import dev.fairlead.deployer.manifest.ArtifactSource;
import dev.fairlead.deployer.runtime.Authority;
import dev.fairlead.deployer.runtime.DockerEngine;
import dev.fairlead.deployer.runtime.Engine;
import dev.fairlead.deployer.runtime.Engines;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.SpareEngine;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Version;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On an engine of its own: whatever is there afterwards, the build has left. */
@DisplayName("An image is built on a real engine")
class BuildsTest {

  private static final ApplicationName APPLICATION = new ApplicationName("orders");
  private static final List<HostName> HERE = List.of(HostName.LOCAL);

  private static SpareEngine spare;
  private static Path home;
  @TempDir private Path folder;
  private Engine engine = unset();
  private BuildLogs logs = new BuildLogs(Path.of("unset"));
  private Builds builds = unset();

  @BeforeAll
  static void start(@TempDir Path temporary) throws Exception {
    home = temporary;
    Authority authority = new Authority("somebody");
    spare = SpareEngine.start(Files.createDirectory(home.resolve("e")), authority, authority);
  }

  @AfterAll
  static void stop() throws Exception {
    if (spare != null) {
      spare.close();
    }
  }

  @BeforeEach
  void open() throws IOException {
    engine =
        DockerEngine.local(
            Optional.of(URI.create("unix://" + home.resolve("e/s"))), folder.resolve("state"));
    logs = new BuildLogs(folder.resolve("logs"));
    builds =
        new Builds(
            new ImageStock(new Engines(List.of(engine))),
            new BuildContexts(folder.resolve("contexts")),
            logs,
            Clock.systemUTC());
    Files.createDirectory(folder.resolve("context"));
    Files.copy(
        Neighbours.find("busybox").orElseThrow().toRealPath(), folder.resolve("context/busybox"));
  }

  @Test
  @DisplayName("with labels that say what it is, and a tag of the commit")
  void labelled() throws Exception {
    dockerfile("ARG MOOD\nLABEL mood=$MOOD\nCOPY busybox /bin/");
    BuildOrder order = order("1.4", "0123456789abcdef", Map.of("MOOD", "calm"));

    ArtifactDigest image = builds.build(HERE, order);

    InspectImageResponse found = client().inspectImageCmd(image.value()).exec();
    assertThat(Objects.requireNonNull(found.getConfig()).getLabels())
        .containsEntry("org.opencontainers.image.title", "orders")
        .containsEntry("org.opencontainers.image.version", "1.4")
        .containsEntry("org.opencontainers.image.revision", "0123456789abcdef")
        .containsEntry("fairlead.application", "orders")
        .containsEntry("fairlead.context", order.context().value())
        .containsEntry("mood", "calm")
        .containsKey("org.opencontainers.image.created");
    String repository = "fairlead-" + engine.installation().substring(0, 8) + "/orders:";
    assertThat(found.getRepoTags())
        .containsExactlyInAnyOrder(
            repository + "0123456",
            repository + image.value().substring(7, 19),
            repository + "build-" + order.key());
    assertThat(log(order)).contains("Step 1/", "COPY busybox /bin/", "Successfully built");
  }

  @Test
  @DisplayName("once: the same content for the same version is found, not built")
  void once() throws Exception {
    dockerfile("COPY busybox /bin/");
    ArtifactDigest image = builds.build(HERE, order("1", null, Map.of()));
    BuildOrder again = order("1", null, Map.of());

    assertThat(builds.build(HERE, again)).isEqualTo(image);
    assertThat(logs.open(again.deployment())).isEmpty();

    Files.writeString(folder.resolve("context/more"), "more");
    dockerfile("COPY busybox /bin/\nCOPY more /");
    assertThat(builds.build(HERE, order("1", null, Map.of()))).isNotEqualTo(image);
  }

  @Test
  @DisplayName("even if somebody else's image, made from it, has its labels")
  void inherited() throws Exception {
    dockerfile("COPY busybox /bin/");
    BuildOrder order = order("1", null, Map.of());
    ArtifactDigest image = builds.build(HERE, order);
    String derived = derivedFrom(image);
    Objects.requireNonNull(client().inspectImageCmd(image.value()).exec().getRepoTags())
        .forEach(tag -> client().removeImageCmd(tag).exec());

    assertThat(builds.find(HERE, order)).isEmpty();
    assertThat(builds.build(HERE, order).value()).isNotEqualTo(derived);
  }

  private String derivedFrom(ArtifactDigest image) throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.writeString(other.resolve("Dockerfile"), "FROM " + image + "\nENV EVIL=1\n");
    String told =
        client()
            .buildImageCmd(other.toFile())
            .withTags(Set.of("somebody/derived:1"))
            .start()
            .awaitImageId();
    return String.valueOf(client().inspectImageCmd(told).exec().getId());
  }

  @Test
  @DisplayName("for no other order: an argument does not pass for two")
  void keys() throws Exception {
    dockerfile("COPY busybox /bin/");

    assertThat(order("1", null, Map.of("A", "1, B=2")).key())
        .isNotEqualTo(order("1", null, Map.of("A", "1", "B", "2")).key());
    assertThat(order("1", "null", Map.of()).key()).isNotEqualTo(order("1", null, Map.of()).key());
  }

  @Test
  @DisplayName("from what the plan was made of, whatever became of the folder since")
  void frozen() throws Exception {
    dockerfile("COPY busybox /bin/\nLABEL kind=planned");
    BuildOrder order = order("1", null, Map.of());
    dockerfile("COPY busybox /bin/\nLABEL kind=changed");

    ArtifactDigest image = builds.build(HERE, order);

    assertThat(
            Objects.requireNonNull(client().inspectImageCmd(image.value()).exec().getConfig())
                .getLabels())
        .containsEntry("kind", "planned");
  }

  @Test
  @DisplayName("or not: a build that fails leaves nothing behind but a log that says why")
  void failed() throws Exception {
    dockerfile("COPY busybox /bin/\nRUN [\"/bin/busybox\", \"touch\", \"/made\"]\nCOPY absent /");
    BuildOrder order = order("1", null, Map.of());
    Set<String> before = images();

    assertThatThrownBy(() -> builds.build(HERE, order))
        .isInstanceOf(ArtifactUnusable.class)
        .hasMessageContaining("artifact orders 1 cannot be used: its build failed: ")
        .hasMessageContaining("absent")
        .hasMessageContaining("fairlead deployments log %s", order.deployment());

    assertThat(images()).isEqualTo(before);
    assertThat(containers()).isEmpty();
    assertThat(log(order)).contains("touch", "absent");
  }

  @Test
  @DisplayName("or not: a build that is cancelled ends at once and leaves nothing behind")
  void cancelled() throws Exception {
    dockerfile("COPY busybox /bin/\nRUN [\"/bin/busybox\", \"sleep\", \"600\"]");
    BuildOrder order = order("1", null, Map.of());
    Set<String> before = images();
    AtomicReference<@Nullable Throwable> end = new AtomicReference<>();
    Thread building =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    builds.build(HERE, order);
                  } catch (InterruptedException | RuntimeException e) {
                    end.set(e);
                  }
                });
    await().until(() -> containers().size() == 1);
    assertThat(log(order)).contains("sleep");

    building.interrupt();
    building.join();

    assertThat(end.get()).isInstanceOf(InterruptedException.class);
    await()
        .untilAsserted(
            () -> {
              assertThat(containers()).isEmpty();
              assertThat(images()).isEqualTo(before);
            });
  }

  private void dockerfile(String lines) throws IOException {
    Files.writeString(folder.resolve("context/Dockerfile"), "FROM scratch\n" + lines + "\n");
  }

  private BuildOrder order(String version, @Nullable String commit, Map<String, String> args) {
    return new BuildOrder(
        APPLICATION,
        new Version(version),
        commit,
        DeploymentId.random(),
        builds.contexts().pack(folder.resolve("context"), "Dockerfile").digest(),
        new ArtifactSource.Build(".", "Dockerfile", null, args));
  }

  private String log(BuildOrder order) throws IOException {
    try (InputStream log = logs.open(order.deployment()).orElseThrow()) {
      return new String(log.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Those without a name, too. */
  private static Set<String> images() {
    return client().listImagesCmd().withShowAll(true).exec().stream()
        .map(Image::getId)
        .collect(Collectors.toSet());
  }

  private static List<Container> containers() {
    return client().listContainersCmd().withShowAll(true).exec();
  }

  private static DockerClient client() {
    return spare.client();
  }

  @SuppressWarnings("NullAway") // set before each test
  private static <T> T unset() {
    return null;
  }
}
