package dev.fairlead.deployer.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import dev.fairlead.deployer.runtime.Authority;
import dev.fairlead.deployer.runtime.BusyboxImages;
import dev.fairlead.deployer.runtime.DockerEngine;
import dev.fairlead.deployer.runtime.Engine;
import dev.fairlead.deployer.runtime.Engines;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.SpareEngine;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.ArtifactDigest;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Images on engines")
class KeptImagesTest {

  private static final ApplicationName ORDERS = new ApplicationName("orders");
  private static final Instant LATER = Instant.now().plusSeconds(3600);
  private static final List<HostName> BOTH = List.of(HostName.LOCAL, new HostName("alpha"));

  private static Path home;
  private static Authority authority;
  private static SpareEngine near;
  private static SpareEngine spare;
  @TempDir private Path folder;

  @BeforeAll
  static void start(@TempDir Path temporary) throws Exception {
    home = temporary;
    authority = new Authority("somebody");
    near = SpareEngine.start(Files.createDirectory(home.resolve("e")), authority, authority);
    spare = SpareEngine.start(Files.createDirectory(home.resolve("f")), authority, authority);
  }

  @AfterAll
  static void stop() throws Exception {
    for (SpareEngine engine : Stream.of(near, spare).filter(Objects::nonNull).toList()) {
      engine.close();
    }
  }

  @Test
  @DisplayName("get from the host that has them to the others, and are the same there")
  void brought() throws Exception {
    Engine here = engine("one");
    ArtifactDigest image = built(here, "copied", "fairlead-test/copied:1");
    Engine there = remote();

    ImageStock stock = new ImageStock(new Engines(List.of(here, there)));
    assertThat(stock.resolve(List.of(new HostName("alpha")), image.value()).digest())
        .as("found by its id, to be promoted to hosts that lack it")
        .isEqualTo(image);
    stock.bring(BOTH, image, ORDERS);

    assertThat(present(spare.client(), image)).isTrue();
    here.client().removeImageCmd("fairlead-test/copied:1").exec();
    assertThat(present(here.client(), image)).as("kept by a tag of its own").isTrue();
    stock.prune(Set.of(), LATER);
    assertThat(present(here.client(), image)).isFalse();
    assertThat(present(spare.client(), image)).isFalse();
  }

  @Test
  @DisplayName("are pulled by digest where the registry still has them")
  void pulled() throws Exception {
    try (TinyRegistry registry = new TinyRegistry()) {
      Engine here = engine("one");
      built(here, "published", "fairlead-test/published:1");
      registry.publish(here.client(), "fairlead-test/published:1", "orders", "1");
      here.client().removeImageCmd("fairlead-test/published:1").exec();
      ImageStock stock = new ImageStock(new Engines(List.of(here, remote())));
      ArtifactDigest image = stock.resolve(BOTH, registry.address() + "/orders:1").digest();
      int asked = registry.manifestsAsked.get();

      stock.bring(BOTH, image, ORDERS);

      assertThat(registry.manifestsAsked.get()).isGreaterThan(asked);
      assertThat(present(spare.client(), image)).isTrue();
      assertThat(stock.prune(Set.of(), LATER)).containsExactly(image);
      assertThat(present(spare.client(), image)).as("what was pulled goes").isFalse();
      assertThat(present(here.client(), image)).isFalse();
    }
  }

  @Test
  @DisplayName("go another time when a container had them, with every name that was pulled")
  void later() throws Exception {
    try (TinyRegistry registry = new TinyRegistry()) {
      Engine here = engine("four");
      built(here, "later", "fairlead-test/later:1");
      registry.publish(here.client(), "fairlead-test/later:1", "orders", "1");
      here.client().removeImageCmd("fairlead-test/later:1").exec();
      ImageStock stock = new ImageStock(new Engines(List.of(here)));
      String reference = registry.address().replace("127.0.0.1", "localhost") + "/orders:1";
      ArtifactDigest image = stock.resolve(List.of(HostName.LOCAL), reference).digest();
      stock.bring(List.of(HostName.LOCAL), image, ORDERS);
      String container =
          here.client().createContainerCmd(image.value()).withCmd("/bin/busybox").exec().getId();

      assertThat(stock.prune(Set.of(), LATER)).isEmpty();
      assertThat(present(here.client(), image)).isTrue();
      here.client().removeContainerCmd(container).exec();

      assertThat(stock.prune(Set.of(), LATER)).containsExactly(image);
      assertThat(present(here.client(), image)).isFalse();
    }
  }

  @Test
  @DisplayName("that were pulled and never kept go when their time is over, and so does their note")
  void neverKept() throws Exception {
    try (TinyRegistry registry = new TinyRegistry()) {
      Engine here = engine("five");
      built(here, "unkept", "fairlead-test/unkept:1");
      registry.publish(here.client(), "fairlead-test/unkept:1", "orders", "1");
      here.client().removeImageCmd("fairlead-test/unkept:1").exec();
      ImageStock stock = new ImageStock(new Engines(List.of(here)));
      String reference = registry.address() + "/orders:1";
      ArtifactDigest image = stock.resolve(List.of(HostName.LOCAL), reference).digest();
      PulledReferences notes = new PulledReferences(here.folder().resolve("pulled"));
      notes.add("registry.example/gone:1");

      assertThat(stock.prune(Set.of(), Instant.now().minusSeconds(3600))).isEmpty();
      assertThat(stock.prune(Set.of(image), LATER)).isEmpty();
      assertThat(present(here.client(), image)).isTrue();

      assertThat(stock.prune(Set.of(), LATER)).containsExactly(image);
      assertThat(present(here.client(), image)).isFalse();
      assertThat(notes.notedBefore(LATER)).isEmpty();
    }
  }

  @Test
  @DisplayName("that others named or run stay, and so does what was needed a moment ago")
  void foreign() throws Exception {
    Engine here = engine("two");
    ArtifactDigest named = built(here, "named", "somebody/else:1");
    ArtifactDigest never = built(here, "never", "somebody/never:1");
    ImageStock stock = new ImageStock(new Engines(List.of(here)));
    stock.bring(List.of(HostName.LOCAL), named, ORDERS);

    assertThat(stock.prune(Set.of(), Instant.now().minusSeconds(3600))).isEmpty();
    assertThat(stock.prune(Set.of(), LATER)).containsExactly(named);

    assertThat(here.client().inspectImageCmd(named.value()).exec().getRepoTags())
        .containsExactly("somebody/else:1");
    assertThat(present(here.client(), never)).isTrue();
  }

  @Test
  @DisplayName("are there as long as anybody needs them, in whatever order they come and go")
  void sequences() throws Exception {
    Engine here = engine("three");
    ImageStock stock = new ImageStock(new Engines(List.of(here)));
    List<ArtifactDigest> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      String tag = "somebody/sequence:" + i;
      ArtifactDigest image = built(here, "sequence " + i, tag);
      stock.bring(List.of(HostName.LOCAL), image, ORDERS);
      here.client().removeImageCmd(tag).exec();
      all.add(image);
    }
    Random random = new Random(7);
    Set<ArtifactDigest> there = new HashSet<>(all);
    for (int round = 0; round < 12; round++) {
      Set<ArtifactDigest> needed = new HashSet<>();
      there.stream().filter(_ -> random.nextInt(4) > 0).forEach(needed::add);

      stock.prune(needed, LATER);

      there.retainAll(needed);
      for (ArtifactDigest image : all) {
        assertThat(present(here.client(), image)).isEqualTo(there.contains(image));
      }
    }
  }

  private Engine engine(String name) {
    return DockerEngine.local(
        Optional.of(URI.create("unix://" + home.resolve("e/s"))), folder.resolve(name));
  }

  private Engine remote() throws Exception {
    Path certificates =
        authority.issue(folder.resolve("tls"), authority, "127.0.0.1", Duration.ofDays(1));
    return spare.reached("alpha", certificates, folder.resolve("alpha"));
  }

  private static ArtifactDigest built(Engine engine, String text, String tag) throws Exception {
    Path context = Files.createTempDirectory(home, "context");
    return new ArtifactDigest(
        String.valueOf(
            engine
                .client()
                .inspectImageCmd(
                    BusyboxImages.build(
                        engine.client(), context, tag, Map.of("index.html", text), ""))
                .exec()
                .getId()));
  }

  private static boolean present(DockerClient client, ArtifactDigest image) {
    return client.listImagesCmd().withShowAll(true).exec().stream()
        .anyMatch(found -> found.getId().equals(image.value()));
  }
}
