package dev.fairlead.deployer.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import dev.fairlead.deployer.artifact.ArtifactUnusable;
import dev.fairlead.deployer.runtime.BusyboxImages;
import dev.fairlead.deployer.runtime.DockerEngine;
import dev.fairlead.deployer.runtime.Engine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

@DisplayName("Images of a registry")
class ImagesTest {

  private static final String BUILT = "fairlead-test/images:1";
  private static DockerClient engine;
  private static Engine here;
  private static String first;
  private static String second;

  @BeforeAll
  static void build(@TempDir Path folder) throws Exception {
    engine = BusyboxImages.engine();
    here = DockerEngine.local(Optional.empty(), Files.createDirectory(folder.resolve("state")));
    first = built(folder, "1");
    second = built(folder, "2");
  }

  private static String built(Path folder, String text) throws Exception {
    Path context = Files.createDirectory(folder.resolve(text));
    String tag = "fairlead-test/images:" + text;
    BusyboxImages.build(engine, context, tag, Map.of("index.html", text), "");
    return String.valueOf(engine.inspectImageCmd(tag).exec().getId());
  }

  @Test
  @DisplayName("are pulled by tag, again when the tag has moved")
  void byTag() throws Exception {
    try (TinyRegistry registry = new TinyRegistry()) {
      String reference = registry.address() + "/orders:latest";
      registry.publish(engine, BUILT, "orders", "latest");
      assertThat(new Images(here).resolve(reference).digest().value()).isEqualTo(first);

      registry.publish(engine, "fairlead-test/images:2", "orders", "latest");
      assertThat(new Images(here).resolve(reference).digest().value()).isEqualTo(second);
      engine.removeImageCmd(reference).exec();
    }
  }

  @Test
  @DisplayName("are pulled by digest once, and not asked for again")
  void byDigest() throws Exception {
    try (TinyRegistry registry = new TinyRegistry()) {
      String digest = registry.publish(engine, BUILT, "orders", "1");
      String reference = registry.address() + "/orders@" + digest;
      assertThat(new Images(here).resolve(reference).digest().value()).isEqualTo(first);
      int asked = registry.manifestsAsked.get();
      assertThat(asked).isPositive();

      assertThat(new Images(here).resolve(reference).digest().value()).isEqualTo(first);
      assertThat(registry.manifestsAsked).hasValue(asked);
      engine.removeImageCmd(reference).exec();
    }
  }

  @Test
  @DisplayName("are known as pulled before they come, and no longer when they do not come")
  void noted() throws Exception {
    try (TinyRegistry registry = new TinyRegistry()) {
      String reference = registry.address() + "/orders:noted";
      PulledReferences pulled = new PulledReferences(here.folder().resolve("pulled"));
      List<Boolean> seen = new CopyOnWriteArrayList<>();
      registry.whenAsked = () -> seen.add(pulled.contains(reference));

      assertThatThrownBy(() -> new Images(here).resolve(reference))
          .isInstanceOf(ArtifactUnusable.class);
      assertThat(seen).isNotEmpty().allMatch(known -> known);
      assertThat(pulled.contains(reference)).isFalse();

      registry.publish(engine, BUILT, "orders", "noted");
      new Images(here).resolve(reference);
      assertThat(pulled.contains(reference)).isTrue();
      engine.removeImageCmd(reference).exec();
    }
  }

  @Test
  @DisplayName("are not pulled where that could fill the disk")
  void noRoom() throws Exception {
    try (TinyRegistry registry = new TinyRegistry()) {
      registry.publish(engine, BUILT, "orders", "large");
      String reference = registry.address() + "/orders:large";

      assertThatThrownBy(
              () -> new Images(here, new PullRoom(DataSize.ofTerabytes(4000))).resolve(reference))
          .isInstanceOf(ArtifactUnusable.class)
          .hasMessageContaining("it is not pulled: ")
          .hasMessageContaining(" MB are free where ");
      assertThat(registry.manifestsAsked).hasValue(0);
    }
  }

  @Test
  @DisplayName("that it does not have are refused with its words")
  void absent() throws Exception {
    try (TinyRegistry registry = new TinyRegistry()) {
      String reference = registry.address() + "/nothing:1";
      assertThatThrownBy(() -> new Images(here).resolve(reference))
          .isInstanceOf(ArtifactUnusable.class)
          .hasMessageContaining("artifact " + reference + " cannot be used");
    }
  }

  @Test
  @DisplayName("are not said to want a login because of their names")
  void names() {
    String reference = "registry.example/denied-orders:401";

    assertThat(Images.denied(reference, "manifest for " + reference + " not found")).isFalse();
    assertThat(Images.denied(reference, "GET /v2/orders/manifests/401: connection refused"))
        .isFalse();
    assertThat(Images.denied(reference, "dial unix: permission denied")).isFalse();
    assertThat(Images.denied(reference, "unauthorized: authentication required")).isTrue();
    assertThat(Images.denied(reference, "pull access denied for orders")).isTrue();
    assertThat(Images.denied(reference, "unexpected status: 403 Forbidden")).isTrue();
    assertThat(Images.denied(reference, "received unexpected HTTP status: 401")).isTrue();
  }

  @Test
  @DisplayName("name it in their first part, if at all")
  void registries() {
    assertThat(new ImageReference("orders:1").registry()).isEmpty();
    assertThat(new ImageReference("team/orders:1").registry()).isEmpty();
    assertThat(new ImageReference("localhost/orders").registry()).hasValue("localhost");
    assertThat(new ImageReference("a.example:5000/x/y:1").registry()).hasValue("a.example:5000");
    assertThat(new ImageReference("a.example/x@sha256:12").digest()).hasValue("sha256:12");
  }
}
