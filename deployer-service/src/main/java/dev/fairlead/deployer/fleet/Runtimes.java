package dev.fairlead.deployer.fleet;

import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.RuntimeKind;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.runtime.Engines;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.Reachability;
import dev.fairlead.deployer.runtime.Reachability.Unreachable;
import dev.fairlead.deployer.runtime.Runtime;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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

  /** Whether this deployer knows the host. */
  public boolean has(RuntimeKind kind, HostName host) {
    return kind == RuntimeKind.PROCESS || docker.containsKey(host);
  }

  /** The runtime of one instance of a release. */
  Runtime of(Release release, InstanceId instance) {
    return of(release.spec().runtime(), release.hostOf(instance));
  }

  /** Those on which an environment's instances are, by the names of their hosts. */
  public Collection<HostName> hosts(EnvironmentSpec spec) {
    return spec.hosts().stream().distinct().toList();
  }

  /**
   * The same for one look around: every host is asked at once, and one that does not answer, now or
   * later, is away in what is returned without being waited for again.
   *
   * @param patience with all of them together
   */
  Runtimes answering(Duration patience) {
    return answering(docker.keySet(), patience);
  }

  /**
   * The same of these hosts alone; the others are as they were.
   *
   * @param patience with all of these together
   */
  Runtimes answering(Set<HostName> hosts, Duration patience) {
    Map<HostName, CompletableFuture<Reachability>> asked = new HashMap<>();
    Map<HostName, Runtime> present = new HashMap<>(docker);
    present.keySet().stream()
        .filter(hosts::contains)
        .forEach(host -> asked.put(host, answer(host, of(RuntimeKind.DOCKER, host), patience)));
    asked.forEach(
        (host, answer) ->
            present.put(host, WatchedHost.of(of(RuntimeKind.DOCKER, host), answer.join())));
    return new Runtimes(process, present);
  }

  /** A question that hangs is left to its own timeout: it keeps nobody but a virtual thread. */
  private static CompletableFuture<Reachability> answer(
      HostName host, Runtime runtime, Duration patience) {
    Unreachable silent =
        new Unreachable("host %s has not answered within %s".formatted(host, patience));
    return CompletableFuture.supplyAsync(runtime::reachability, Thread::startVirtualThread)
        .exceptionally(e -> new Unreachable(String.valueOf(e.getMessage())))
        .completeOnTimeout(silent, patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  Stream<Runtime> all() {
    return Stream.concat(Stream.of(process), docker.values().stream());
  }
}
