package dev.fairlead.deployer.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.Samples;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.Manifest;
import dev.fairlead.deployer.runtime.BusyboxImages;
import dev.fairlead.deployer.runtime.DockerEngine;
import dev.fairlead.deployer.runtime.Engine;
import dev.fairlead.deployer.runtime.Engines;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.events.EnvironmentName;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

@DisplayName("Before a deployment there is looked for room")
class DiskChecksTest {

  private static final String MANIFEST =
      """
      application: orders
      runtime: docker
      artifact: {image: "orders:{version}"}
      route: {host: orders.localhost}
      environments: {staging: {}}
      """;

  @TempDir private Path folder;

  @Test
  @DisplayName("where the engine of this machine keeps its images, too")
  void images() {
    String images =
        Objects.requireNonNull(BusyboxImages.engine().infoCmd().exec().getDockerRootDir());

    assertThat(findings(DataSize.ofTerabytes(1_000_000)))
        .hasSize(2)
        .allSatisfy(finding -> assertThat(finding.passed()).isFalse())
        .last()
        .extracting(Finding::detail)
        .asString()
        .contains("are free in " + images + ", and ");
    assertThat(findings(DataSize.ofMegabytes(1))).allMatch(Finding::passed);
  }

  @Test
  @DisplayName("and where another host does not tell of its own, the report says so")
  void elsewhere() {
    BusyboxImages.engine();
    URI socket =
        URI.create(System.getenv().getOrDefault("DOCKER_HOST", "unix:///var/run/docker.sock"));
    Engine.Door away = new Engine.Door("127.0.0.2", "127.0.0.2", false);
    Engine alpha = DockerEngine.unguarded(new HostName("alpha"), socket, folder, away);

    assertThat(findings(MANIFEST + "hosts: [alpha, alpha]\n", alpha, DataSize.ofMegabytes(1)))
        .last()
        .satisfies(finding -> assertThat(finding.stops()).isFalse())
        .extracting(Finding::detail)
        .isEqualTo("the free space is not known for host alpha: its engine does not tell");
  }

  private List<Finding> findings(DataSize least) {
    Engine local = DockerEngine.local(Optional.empty(), folder.resolve("state"));
    return findings(MANIFEST, local, least);
  }

  private List<Finding> findings(String manifest, Engine engine, DataSize least) {
    EnvironmentSpec spec =
        Manifest.read(manifest, Samples.HOST)
            .environment(new EnvironmentName("staging"))
            .orElseThrow();
    return new DiskChecks(folder, new Engines(List.of(engine)), least)
        .look(new Candidate(Samples.request(), Samples.plan(spec, null, true)));
  }
}
