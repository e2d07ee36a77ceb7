package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.ALICE;
import static dev.fairlead.deployer.Samples.NOON;
import static dev.fairlead.deployer.Samples.plan;

import dev.fairlead.deployer.Samples;
import dev.fairlead.deployer.fleet.ForgetfulHost;
import dev.fairlead.deployer.fleet.Instances;
import dev.fairlead.deployer.fleet.Runtimes;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.Manifest;
import dev.fairlead.deployer.release.Artifacts;
import dev.fairlead.deployer.release.EmptyArtifacts;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.runtime.Address;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.service.secret.Secrets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** A release on two hosts in memory: instances 1 and 3 run on alpha, 2 and 4 on beta. */
final class ForgetfulFleet {

  private static final HostName ALPHA = new HostName("alpha");
  private static final HostName BETA = new HostName("beta");

  private final ForgetfulHost alpha = new ForgetfulHost();
  private final ForgetfulHost beta = new ForgetfulHost();
  private final Release release =
      Release.of(DeploymentId.random(), plan(twoHosts(), null, true), ALICE, null, List.of(), NOON);
  private final AtomicLong seconds = new AtomicLong();
  private final Inquiry inquiry;
  private final int port;

  /**
   * @param folder for what nobody looks at
   * @param port at which every instance is said to answer
   */
  ForgetfulFleet(Path folder, int port) {
    this.port = port;
    Artifacts artifacts = EmptyArtifacts.in(folder);
    Runtimes runtimes = new Runtimes(new ForgetfulHost(), Map.of(ALPHA, alpha, BETA, beta));
    InstantSource source = () -> NOON.plusSeconds(seconds.incrementAndGet());
    inquiry =
        new Inquiry(
            new Instances(runtimes, artifacts, Secrets.ofThisProcess()),
            Duration.ofMillis(1),
            source.withZone(ZoneOffset.UTC));
    started(alpha, NOON, 0);
    started(beta, NOON, 0);
  }

  private static EnvironmentSpec twoHosts() {
    return Manifest.read(
            """
            application: orders
            runtime: docker
            hosts: [alpha, beta]
            replicas: 4
            artifact: {image: "orders:{version}"}
            port: 8080
            health: {path: /health, interval: 50ms, timeout: 2s, stay-healthy: 0s, within: 1s}
            route: {host: orders.localhost}
            databases: {main: {name: orders, username: orders, migrations: migrations}}
            environments: {staging: {}}
            """,
            Samples.HOST)
        .environment(new EnvironmentName("staging"))
        .orElseThrow();
  }

  ForgetfulHost alpha() {
    return alpha;
  }

  ForgetfulHost beta() {
    return beta;
  }

  Release release() {
    return release;
  }

  Inquiry inquiry() {
    return inquiry;
  }

  /** Since noon, by the clock of the inquiry: each look at it takes one. */
  AtomicLong seconds() {
    return seconds;
  }

  /** Both instances of the host run since then, and were started so often before. */
  void started(ForgetfulHost host, Instant at, int restarts) {
    int first = host.equals(alpha) ? 1 : 2;
    instance(first, host, new Instance.State.Running(), at, restarts);
    instance(first + 2, host, new Instance.State.Running(), at, restarts);
  }

  void instance(int number, ForgetfulHost host, Instance.State state, Instant at, int restarts) {
    host.shows(
        new Instance(
            release.instance(number),
            release.place(),
            release.id(),
            release.version(),
            release.digest(),
            state,
            Optional.of(new Address("127.0.0.1", port)),
            Optional.of(at),
            restarts,
            Optional.empty()));
  }
}
