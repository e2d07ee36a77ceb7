package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.ALICE;
import static dev.fairlead.deployer.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.Samples;
import dev.fairlead.deployer.fleet.ForgetfulHost;
import dev.fairlead.deployer.fleet.Instances;
import dev.fairlead.deployer.fleet.RouterInMemory;
import dev.fairlead.deployer.fleet.Routers;
import dev.fairlead.deployer.fleet.Runtimes;
import dev.fairlead.deployer.fleet.Traffic;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.Manifest;
import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.deployer.release.Artifacts;
import dev.fairlead.deployer.release.EmptyArtifacts;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Version;
import dev.fairlead.service.secret.Secrets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Care for a place")
class CareTest {

  private static final String ROUTE = "orders-staging";

  private final ForgetfulHost host = new ForgetfulHost();
  private final RouterInMemory router = new RouterInMemory();
  private final List<Release> changed = new ArrayList<>();
  private final Release release = release();
  private final InstanceId first = release.instance(1);
  private final Instances instances;
  private final Traffic traffic;
  private final Care care;
  private Instant now = NOON;

  CareTest(@TempDir Path folder) {
    Artifacts artifacts = EmptyArtifacts.in(folder);
    instances =
        new Instances(
            new Runtimes(new ForgetfulHost(), Map.of(HostName.LOCAL, host)),
            artifacts,
            Secrets.ofThisProcess());
    traffic = new Traffic(new Routers(Map.of(RouterKind.EDGE, router)), instances);
    care =
        new Care(
            instances,
            traffic,
            serving -> {
              changed.add(serving);
              return OptionalLong.of(changed.size());
            },
            new Crashes(),
            new News(),
            () -> now);
  }

  @BeforeEach
  void serve() throws InterruptedException {
    instances.start(release, release.instances(), 1);
    traffic.give(release, release.instances(), 1);
  }

  @Test
  @DisplayName("asks the router once where all is well, and changes nothing")
  void well() throws Exception {
    care.lookAfter(release, false);

    assertThat(router.questions()).isEqualTo(1);
    assertThat(changed).isEmpty();
  }

  @Test
  @DisplayName("lets requests go that nobody lets go")
  void held() throws Exception {
    router.hold(ROUTE, Duration.ofMinutes(1), 0);

    care.lookAfter(release, false);

    assertThat(router.observe(ROUTE).orElseThrow().held()).isFalse();
  }

  @Test
  @DisplayName("sets a route again that was lost")
  void lostRoute() throws Exception {
    router.remove(ROUTE, 0);

    care.lookAfter(release, false);

    assertThat(router.observe(ROUTE).orElseThrow().serving()).hasSize(2);
  }

  @Test
  @DisplayName("leaves one that crashes again and again alone until it is due")
  void crashes() throws Exception {
    for (int restarts = 0; restarts < 4; restarts++) {
      host.exit(first, now, restarts);
      care.lookAfter(release, false);
    }
    assertThat(changed).isEmpty();
    assertThat(router.observe(ROUTE).orElseThrow().serving()).hasSize(2);

    now = NOON.plusSeconds(39);
    care.lookAfter(release, false);
    assertThat(changed).isEmpty();

    now = NOON.plusSeconds(40);
    care.lookAfter(release, false);
    assertThat(changed).containsExactly(release);
    assertThat(host.truth()).allMatch(Instance::running);
  }

  @Test
  @DisplayName("sets a lost route to those that run, while one that crashes has to wait")
  void lostRouteMeanwhile() throws Exception {
    host.exit(first, now, 0);
    router.remove(ROUTE, 0);

    care.lookAfter(release, false);

    assertThat(router.observe(ROUTE).orElseThrow().serving())
        .extracting(backend -> backend.instance())
        .containsExactly(release.instance(2));
  }

  private static Release release() {
    EnvironmentSpec spec =
        Manifest.read(
                """
                application: orders
                runtime: docker
                artifact: {image: "orders:{version}"}
                route: {host: orders.localhost}
                replicas: 2
                health: {interval: 50ms, timeout: 100ms, stay-healthy: 0s, within: 1s}
                environments: {staging: {}}
                """,
                Samples.HOST)
            .environment(new EnvironmentName("staging"))
            .orElseThrow();
    return new Release(
        DeploymentId.random(),
        spec,
        new Version("1"),
        "orders:1",
        new ArtifactDigest("sha256:" + "a".repeat(64)),
        null,
        ALICE,
        List.of(),
        List.of(),
        NOON,
        null,
        null,
        null);
  }
}
