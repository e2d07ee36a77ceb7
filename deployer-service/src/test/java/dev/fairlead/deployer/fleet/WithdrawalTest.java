package dev.fairlead.deployer.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.Samples;
import dev.fairlead.deployer.artifact.Archives;
import dev.fairlead.deployer.image.BuildContexts;
import dev.fairlead.deployer.image.BuildLogs;
import dev.fairlead.deployer.image.Builds;
import dev.fairlead.deployer.image.ImageStock;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.Manifest;
import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.deployer.release.Artifacts;
import dev.fairlead.deployer.router.RouteSpec;
import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.deployer.runtime.Engines;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Version;
import dev.fairlead.service.secret.Secrets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The place is behind the edge by now; nginx was left a route of another name. */
@DisplayName("A place that is withdrawn")
class WithdrawalTest {

  private static final RouteSpec.Match FORMER = new RouteSpec.Match("old.example", "/shop");
  private static final InstanceId INSTANCE = new InstanceId("orders-staging-1");

  @TempDir private Path folder;
  private final EnvironmentSpec spec = Samples.spec();
  private final String route = Traffic.routeOf(spec.place());
  private final RouterInMemory nginx = new RouterInMemory();
  private final ForgetfulHost host = new ForgetfulHost();
  private final Routers routers =
      new Routers(Map.of(RouterKind.EDGE, new RouterInMemory(), RouterKind.NGINX, nginx));
  private final Runtimes runtimes = new Runtimes(new ForgetfulHost(), Map.of(HostName.LOCAL, host));
  private final Withdrawal withdrawal = new Withdrawal(routers, runtimes);

  @Test
  @DisplayName("keeps the name of its route at a former router, without traffic and given it back")
  void formerRouter() throws Exception {
    nginx.apply(new RouteSpec(route, FORMER, List.of(), Optional.empty()), 1);

    withdrawal.takeOffTraffic(spec, RouterKind.NGINX, 2);
    assertThat(nginx.observe(route)).map(RouteState::match).contains(FORMER);
    assertThat(givenBack(RouterKind.NGINX)).isTrue();
    assertThat(nginx.observe(route)).map(RouteState::match).contains(FORMER);
  }

  @Test
  @DisplayName("is given no route back at a router that has none, or that is there no more")
  void noRoute() throws Exception {
    assertThat(givenBack(RouterKind.NGINX)).isFalse();
    assertThat(nginx.observe(route)).isEmpty();
    assertThat(givenBack(RouterKind.HAPROXY)).isFalse();
  }

  @Test
  @DisplayName("drains whatever runs there, also what no release that serves knows, and stops it")
  void stragglers() throws Exception {
    host.shows(
        new Instance(
            INSTANCE,
            spec.place(),
            DeploymentId.random(),
            new Version("9"),
            new ArtifactDigest("sha256:" + "9".repeat(64)),
            new Instance.State.Running(),
            Optional.empty(),
            Optional.of(Instant.EPOCH),
            0,
            Optional.empty()));

    withdrawal.drain(spec, RouterKind.NGINX);
    assertThat(nginx.drained()).containsExactly(INSTANCE);
    assertThat(withdrawal.clear(spec, 3)).isEqualTo(new Withdrawal.Cleared(1, Set.of()));
    assertThat(host.truth()).isEmpty();
  }

  @Test
  @DisplayName("is not said to be cleared on hosts that do not answer, or are known no more")
  void silentHosts() throws Exception {
    host.loseFor(1);

    assertThat(withdrawal.clear(spec, 3).silent()).containsExactly("it is away");
    assertThat(withdrawal.clear(onHost("gone"), 4).silent())
        .containsExactly("this deployer has no Docker host gone");
  }

  private static EnvironmentSpec onHost(String name) {
    return Manifest.read(
            """
            application: orders
            runtime: docker
            hosts: [%s]
            artifact: {image: "orders:{version}"}
            port: 8080
            route: {host: orders.localhost}
            environments: {staging: {}}
            """
                .formatted(name),
            Samples.HOST)
        .environment(new EnvironmentName("staging"))
        .orElseThrow();
  }

  private boolean givenBack(RouterKind kind) throws InterruptedException {
    ImageStock images = new ImageStock(new Engines(List.of()));
    Builds builds =
        new Builds(images, new BuildContexts(folder), new BuildLogs(folder), Clock.systemUTC());
    Artifacts artifacts = new Artifacts(new Archives(folder), images, builds);
    Instances instances = new Instances(runtimes, artifacts, Secrets.ofThisProcess());
    return new Traffic(routers, instances).shiftAtFormer(kind, spec, List.of(), 4);
  }
}
