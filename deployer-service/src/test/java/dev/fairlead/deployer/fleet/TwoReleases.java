package dev.fairlead.deployer.fleet;

import static dev.fairlead.deployer.Samples.ALICE;
import static dev.fairlead.deployer.Samples.NOON;

import dev.fairlead.deployer.Samples;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.Manifest;
import dev.fairlead.deployer.release.EmptyArtifacts;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Version;
import dev.fairlead.service.secret.Secrets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** An old release on hosts alpha and beta, four instances of it, and a new one on alpha alone. */
final class TwoReleases {

  static final HostName ALPHA = new HostName("alpha");
  static final HostName BETA = new HostName("beta");

  final ForgetfulHost alpha = new ForgetfulHost();
  final ForgetfulHost beta = new ForgetfulHost();
  final Release old = release("1", "[alpha, beta]", 4);
  final Release next = release("2", "[alpha]", 2);
  private final Path folder;

  TwoReleases(Path folder) throws InterruptedException {
    this.folder = folder;
    instances().start(old, old.instances(), 1);
  }

  Instances instances() {
    return instances(Map.of(ALPHA, alpha, BETA, beta));
  }

  /** Of a deployer whose settings have beta no longer. */
  Instances withoutBeta() {
    return instances(Map.of(ALPHA, alpha));
  }

  /** Of one that calls beta otherwise now. */
  Instances renamed() {
    return instances(Map.of(ALPHA, alpha, new HostName("gamma"), beta));
  }

  private Instances instances(Map<HostName, ForgetfulHost> hosts) {
    return new Instances(
        new Runtimes(new ForgetfulHost(), Map.copyOf(hosts)),
        EmptyArtifacts.in(folder),
        Secrets.ofThisProcess());
  }

  private static Release release(String version, String hosts, int replicas) {
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
                    .formatted(hosts, replicas),
                Samples.HOST)
            .environment(new EnvironmentName("staging"))
            .orElseThrow();
    return new Release(
        DeploymentId.random(),
        spec,
        new Version(version),
        "orders:" + version,
        new ArtifactDigest("sha256:" + version.repeat(64)),
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
