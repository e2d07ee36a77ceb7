package dev.fairlead.deployer.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.deployer.artifact.Artifact;
import dev.fairlead.deployer.artifact.ArtifactUnusable;
import dev.fairlead.deployer.disk.SmallDisk;
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
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("On a full disk")
class FullDiskTest {

  private static final String ADVICE = "free space there, then deploy again";
  private static final List<HostName> HERE = List.of(HostName.LOCAL);

  @TempDir private Path folder;

  @Test
  @DisplayName("a context is not packed, the folder is named, and no half of it is left")
  void context() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(4)) {
      Path store = Files.createDirectory(disk.folder().resolve("contexts"));
      BuildContexts contexts = new BuildContexts(store);
      Path context = context(200_000);
      Path archive = tar(context);
      disk.fill();

      for (Path origin : List.of(context, archive)) {
        ArtifactUnusable refused =
            catchThrowableOfType(ArtifactUnusable.class, () -> contexts.pack(origin, "Dockerfile"));
        assertThat(refused)
            .hasMessage(
                "artifact %s cannot be used: packing it failed: the disk of %s is full"
                    .formatted(origin, store));
        assertThat(refused.advice()).isEqualTo(ADVICE);
        try (Stream<Path> left = Files.list(store)) {
          assertThat(left).isEmpty();
        }
      }
      disk.free();
      assertThat(contexts.pack(context, "Dockerfile"))
          .isEqualTo(contexts.pack(archive, "Dockerfile"));
    }
  }

  @Test
  @DisplayName("of an engine an image is not built, the folder is named, and the next one is built")
  void image() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(64)) {
      Path home = Files.createDirectory(disk.folder().resolve("e"));
      Authority authority = new Authority("somebody");
      try (SpareEngine _ = SpareEngine.start(home, authority, authority)) {
        Engine engine =
            DockerEngine.local(
                Optional.of(URI.create("unix://" + home.resolve("s"))), folder.resolve("state"));
        Builds builds =
            new Builds(
                new ImageStock(new Engines(List.of(engine))),
                new BuildContexts(folder.resolve("contexts")),
                new BuildLogs(folder.resolve("logs")),
                Clock.systemUTC());
        BuildOrder order = order(builds.contexts().pack(context(2_000_000), "Dockerfile"));
        disk.fill();

        ArtifactUnusable refused =
            catchThrowableOfType(ArtifactUnusable.class, () -> builds.build(HERE, order));

        assertThat(refused)
            .hasMessageStartingWith(
                "artifact orders 1 cannot be used: its build failed: the disk of %s is full: "
                    .formatted(home.resolve("data")));
        assertThat(refused.advice()).isEqualTo(ADVICE);
        disk.free();
        ArtifactDigest built = builds.build(HERE, order);
        assertThat(builds.find(HERE, order)).contains(built);
      }
    }
  }

  private Path context(int bytes) throws IOException {
    Path context = Files.createDirectories(folder.resolve("context"));
    Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY large /\n");
    Files.write(context.resolve("large"), new byte[bytes]);
    return context;
  }

  private Path tar(Path context) {
    return new BuildContexts(folder.resolve("elsewhere")).pack(context, "Dockerfile").file();
  }

  private static BuildOrder order(Artifact.Context context) {
    return new BuildOrder(
        new ApplicationName("orders"),
        new Version("1"),
        null,
        DeploymentId.random(),
        context.digest(),
        new ArtifactSource.Build(".", "Dockerfile", null, Map.of()));
  }
}
