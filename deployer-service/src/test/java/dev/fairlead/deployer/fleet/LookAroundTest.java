package dev.fairlead.deployer.fleet;

import static dev.fairlead.deployer.Samples.ALICE;
import static dev.fairlead.deployer.Samples.NOON;
import static dev.fairlead.deployer.Samples.plan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.fairlead.deployer.Samples;
import dev.fairlead.deployer.fleet.InstanceController.InstanceView;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.Manifest;
import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.runtime.Cable;
import dev.fairlead.deployer.runtime.DockerEngine;
import dev.fairlead.deployer.runtime.DockerRuntime;
import dev.fairlead.deployer.runtime.Engine;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.runtime.PortRange;
import dev.fairlead.deployer.runtime.Runtime;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.EnvironmentName;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A look at what runs")
class LookAroundTest {

  /** Far less than the minute that a single question to an engine that hangs takes. */
  private static final Duration SOON = Duration.ofSeconds(30);

  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final HostName ALPHA = new HostName("alpha");
  private static final HostName BETA = new HostName("beta");

  @TempDir private Path folder;

  private final ForgetfulHost alpha = new ForgetfulHost();
  private final Release release =
      Release.of(DeploymentId.random(), plan(twoHosts(), null, true), ALICE, null, List.of(), NOON);

  @Test
  @DisplayName("says of what is on a host that hangs that it is unknown, and waits no minute")
  void hanging() throws Exception {
    try (Cable toBeta = new Cable(1)) {
      toBeta.hang();
      List<InstanceView> views =
          assertTimeoutPreemptively(SOON, () -> look(Map.of(ALPHA, alpha, BETA, beta(toBeta))));

      assertThat(views)
          .extracting(InstanceView::state)
          .containsExactly("running", "unknown: host beta has not answered within PT2S");
      assertThat(views.getLast().host()).isEqualTo(BETA);
      assertThat(views.getLast().restarts()).isNull();
    }
  }

  @Test
  @DisplayName("says nothing of an instance that is not there, where its host answers")
  void gone() {
    assertThat(look(Map.of(ALPHA, alpha, BETA, new ForgetfulHost())))
        .extracting(InstanceView::state)
        .containsExactly("running");
  }

  @Test
  @DisplayName("keeps what the other hosts say where one falls silent in the middle of it")
  void hangsMeanwhile() {
    ForgetfulHost beta = new ForgetfulHost();
    beta.hangAt(2);

    assertThat(assertTimeoutPreemptively(SOON, () -> look(Map.of(ALPHA, alpha, BETA, beta))))
        .extracting(InstanceView::state)
        .containsExactly("running", "unknown: no answer within PT2S");
  }

  @Test
  @DisplayName("knows what runs behind a router that hangs")
  void hangingRouter() {
    RouterInMemory router = new RouterInMemory();
    router.hang();

    List<InstanceView> views =
        assertTimeoutPreemptively(
            SOON,
            () ->
                look(
                    Map.of(ALPHA, alpha, BETA, new ForgetfulHost()),
                    new Routers(Map.of(RouterKind.EDGE, router))));

    assertThat(views).extracting(InstanceView::state).containsExactly("running");
    assertThat(views.getFirst().traffic()).isNull();
  }

  private List<InstanceView> look(Map<HostName, Runtime> hosts) {
    return look(hosts, new Routers(Map.of()));
  }

  private List<InstanceView> look(Map<HostName, Runtime> hosts, Routers routers) {
    alpha.shows(
        new Instance(
            release.instance(1),
            release.place(),
            release.id(),
            release.version(),
            release.digest(),
            new Instance.State.Running(),
            Optional.empty(),
            Optional.of(NOON),
            0,
            Optional.empty()));
    return LookAround.of(new Runtimes(new ForgetfulHost(), hosts), routers, PATIENCE)
        .at(List.of(release));
  }

  private Runtime beta(Cable cable) {
    return new DockerRuntime(
        DockerEngine.unguarded(
            BETA,
            URI.create("tcp://127.0.0.1:" + cable.port()),
            folder.resolve("beta"),
            Engine.Door.LOOPBACK),
        PortRange.DEFAULT);
  }

  private static EnvironmentSpec twoHosts() {
    return Manifest.read(
            """
            application: orders
            runtime: docker
            hosts: [alpha, beta]
            replicas: 2
            artifact: {image: "orders:{version}"}
            port: 8080
            route: {host: orders.localhost}
            databases: {main: {name: orders, username: orders, migrations: migrations}}
            environments: {staging: {}}
            """,
            Samples.HOST)
        .environment(new EnvironmentName("staging"))
        .orElseThrow();
  }
}
