package dev.fairlead.deployer.fleet;

import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.Reachability;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which instances of a release are on hosts that answer now.
 *
 * @param missing for people: which hosts do not answer, and why; empty when all do
 */
public record RollCall(List<InstanceId> here, List<InstanceId> away, String missing) {

  public static RollCall all(List<InstanceId> ids) {
    return new RollCall(List.copyOf(ids), List.of(), "");
  }

  /**
   * Asks the host of each of them whether it answers. If none does there is nothing better to do
   * than to try all of them, and to fail.
   */
  static RollCall of(Runtimes runtimes, Release release, List<InstanceId> ids) {
    RollCall roll = called(runtimes, release, ids);
    return roll.here().isEmpty() ? all(ids) : roll;
  }

  /** The same for what has to be done nowhere: it may be that nobody is here. */
  static RollCall called(Runtimes runtimes, Release release, List<InstanceId> ids) {
    Map<HostName, String> silent = silent(runtimes, release, ids);
    Map<Boolean, List<InstanceId>> byPresence =
        ids.stream()
            .collect(Collectors.partitioningBy(id -> !silent.containsKey(release.hostOf(id))));
    return new RollCall(
        byPresence.getOrDefault(true, List.of()),
        byPresence.getOrDefault(false, List.of()),
        String.join("; ", silent.values()));
  }

  /** The hosts of these instances that do not answer now, and why. */
  private static Map<HostName, String> silent(
      Runtimes runtimes, Release release, List<InstanceId> ids) {
    Map<HostName, String> silent = new TreeMap<>();
    for (HostName host : Hosts.of(release, ids).instances().keySet()) {
      whySilent(runtimes, release, host).ifPresent(why -> silent.put(host, why));
    }
    return silent;
  }

  private static Optional<String> whySilent(Runtimes runtimes, Release release, HostName host) {
    try {
      return runtimes.of(release.spec().runtime(), host).reachability()
              instanceof Reachability.Unreachable(String why)
          ? Optional.of(why)
          : Optional.empty();
    } catch (NotServing e) {
      return Optional.ofNullable(e.getMessage());
    }
  }

  /** Of the hosts of an environment those that this deployer does not know, for people. */
  static List<String> unknown(Runtimes runtimes, EnvironmentSpec spec) {
    return runtimes.hosts(spec).stream()
        .flatMap(host -> whyUnknown(runtimes, spec, host).stream())
        .toList();
  }

  private static Optional<String> whyUnknown(
      Runtimes runtimes, EnvironmentSpec spec, HostName host) {
    try {
      runtimes.of(spec.runtime(), host);
      return Optional.empty();
    } catch (NotServing e) {
      return Optional.ofNullable(e.getMessage());
    }
  }

  /** The same, with these among those that are away. */
  public RollCall without(Collection<InstanceId> absent) {
    Map<Boolean, List<InstanceId>> byPresence =
        here.stream().collect(Collectors.partitioningBy(id -> !absent.contains(id)));
    return new RollCall(
        byPresence.getOrDefault(true, List.of()),
        Stream.concat(away.stream(), byPresence.getOrDefault(false, List.of()).stream()).toList(),
        missing);
  }

  public boolean complete() {
    return away.isEmpty();
  }

  /** What was done for those that are here, and what becomes of the others. */
  public String tell(String done) {
    return complete()
        ? done
        : "%s; %s: what is there follows when it is back".formatted(done, missing);
  }
}
