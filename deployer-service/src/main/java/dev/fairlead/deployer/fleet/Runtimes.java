package dev.fairlead.deployer.fleet;

import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.RuntimeKind;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.runtime.Engines;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.Runtime;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The runtimes that this deployer has.
 *
 * @param docker of each host that has an engine
 */
public record Runtimes(Runtime process, Map<HostName, Runtime> docker) {

  /** The one on the deployer's own host. */
  public Runtime of(RuntimeKind kind) {
    return of(kind, HostName.LOCAL);
  }

  /**
   * @throws NotServing if this deployer does not know the host
   */
  public Runtime of(RuntimeKind kind, HostName host) {
    Runtime runtime = kind == RuntimeKind.PROCESS ? process : docker.get(host);
    if (runtime == null) {
      throw new NotServing("this deployer has no Docker host " + host, Engines.advice(host));
    }
    return runtime;
  }

  /** The runtime of one instance of a release. */
  Runtime of(Release release, InstanceId instance) {
    return of(release.spec().runtime(), release.hostOf(instance));
  }

  /** Those on which an environment's instances are, by the names of their hosts. */
  public Collection<HostName> hosts(EnvironmentSpec spec) {
    return spec.hosts().stream().distinct().toList();
  }

  Stream<Runtime> all() {
    return Stream.concat(Stream.of(process), docker.values().stream());
  }
}
