package dev.fairlead.deployer.fleet;

import static dev.fairlead.deployer.Samples.ALICE;
import static dev.fairlead.deployer.Samples.NOON;
import static dev.fairlead.deployer.Samples.plan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.Samples;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.Manifest;
import dev.fairlead.deployer.release.Artifacts;
import dev.fairlead.deployer.release.EmptyArtifacts;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.Reachability;
import dev.fairlead.deployer.runtime.Runtime;
import dev.fairlead.deployer.runtime.RuntimeFailure;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Version;
import dev.fairlead.service.secret.Secrets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real fleet over hosts in memory, thousands of times. */
@DisplayName("Whichever host is lost, and whenever")
class HostsWalkTest {

  private static final int WALKS = 3_000;
  private static final long FENCE = 1;

  @TempDir private Path folder;

  @Test
  @DisplayName("the others return to one release, and it follows when it is back")
  void walks() throws Exception {
    Artifacts artifacts = artifacts();
    int lost = 0;
    for (int seed = 0; seed < WALKS; seed++) {
      Random random = new Random(seed);
      Walk walk = new Walk(random, artifacts);
      lost += walk.run() ? 0 : 1;
      walk.check("seed " + seed);
    }
    assertThat(lost).as("walks in which a host was lost in time").isBetween(WALKS / 3, WALKS - 1);
  }

  private Artifacts artifacts() {
    return EmptyArtifacts.in(folder);
  }

  /** One deployment, instance by instance, and its rollback. */
  private static final class Walk {

    private final Map<HostName, ForgetfulHost> hosts = new TreeMap<>();
    private final Instances instances;
    private final Release old;
    private final Release next;
    private boolean arrived;

    Walk(Random random, Artifacts artifacts) throws InterruptedException {
      int count = 2 + random.nextInt(3);
      for (int i = 1; i <= count; i++) {
        hosts.put(new HostName("host-" + i), new ForgetfulHost());
      }
      Map<HostName, Runtime> runtimes = new HashMap<>(hosts);
      this.instances =
          new Instances(
              new Runtimes(new ForgetfulHost(), runtimes), artifacts, Secrets.ofThisProcess());
      this.old = release("a", count + random.nextInt(4));
      this.next = release("b", count + random.nextInt(4));
      instances.start(old, old.instances(), FENCE);
      hosts
          .values()
          .toArray(ForgetfulHost[]::new)[random.nextInt(count)]
          .loseAt(1 + random.nextInt(9), random.nextBoolean());
    }

    private Release release(String digit, int replicas) {
      EnvironmentSpec spec =
          Manifest.read(
                  """
                  application: orders
                  runtime: docker
                  hosts: %s
                  artifact: {image: "orders:{version}"}
                  route: {host: orders.localhost}
                  replicas: %d
                  environments: {staging: {}}
                  """
                      .formatted(hosts.keySet(), replicas),
                  Samples.HOST)
              .environment(new EnvironmentName("staging"))
              .orElseThrow();
      return new Release(
          DeploymentId.random(),
          spec,
          new Version(digit),
          "orders:" + digit,
          new ArtifactDigest("sha256:" + digit.repeat(64)),
          null,
          ALICE,
          plan(spec, 1, true).migrations(),
          List.of(),
          NOON,
          null,
          null,
          null);
    }

    /**
     * @return whether the new release came
     */
    boolean run() throws InterruptedException {
      try {
        rollOut();
        arrived = true;
      } catch (RuntimeFailure | NotServing e) {
        rollBack();
        hosts.values().forEach(host -> assertOld(host));
      }
      return arrived;
    }

    private void rollOut() throws InterruptedException {
      for (int number = 1; number <= Math.max(next.replicas(), old.replicas()); number++) {
        if (number <= next.replicas()) {
          instances.start(next, List.of(next.instance(number)), FENCE);
        }
        if (number <= old.replicas()) {
          instances.stop(old, List.of(old.instance(number)), FENCE);
        }
      }
      instances.requireAllRunning(next);
    }

    private void rollBack() throws InterruptedException {
      RollCall returning = instances.call(old, old.instances());
      assertThat(returning.complete()).isFalse();
      instances.start(old, returning.here(), FENCE);
      instances.stop(next, instances.call(next, next.instances()).here(), FENCE);
    }

    void check(String walk) throws InterruptedException {
      hosts.values().forEach(ForgetfulHost::comeBack);
      Release right = arrived ? next : old;
      List<InstanceId> running = instances.running(right).stream().map(Instance::id).toList();
      instances.start(
          right, right.instances().stream().filter(id -> !running.contains(id)).toList(), FENCE);
      instances.stopOthers(right, FENCE);

      assertThat(hosts.values().stream().flatMap(host -> host.truth().stream()).map(Instance::id))
          .as(walk)
          .containsExactlyInAnyOrderElementsOf(right.instances());
      hosts.forEach(
          (name, host) ->
              assertThat(host.truth())
                  .as(walk)
                  .allSatisfy(one -> assertThat(right.hostOf(one.id())).isEqualTo(name)));
    }

    /** A host that answers has the old release and nothing else, while the other is still away. */
    private void assertOld(ForgetfulHost host) {
      if (host.reachability() instanceof Reachability.Reachable) {
        assertThat(host.truth())
            .allSatisfy(one -> assertThat(one.version()).isEqualTo(old.version()));
      }
    }
  }
}
