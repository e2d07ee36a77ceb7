package dev.fairlead.deployer.fleet;

import dev.fairlead.deployer.manifest.RuntimeKind;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.InstanceId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/**
 * Instances by their hosts: the hosts work side by side, each on one of its instances after the
 * other.
 */
record Hosts(Map<HostName, List<InstanceId>> instances) {

  static Hosts of(Release release, List<InstanceId> ids) {
    return new Hosts(
        ids.stream()
            .collect(
                Collectors.groupingBy(release::hostOf, LinkedHashMap::new, Collectors.toList())));
  }

  /** Those of a release that are asked by way of an engine: none where it is plain processes. */
  static Set<HostName> withEngines(Release release) {
    return release.spec().runtime() == RuntimeKind.DOCKER
        ? Set.copyOf(release.spec().hosts())
        : Set.of();
  }

  /** What is done with one instance. */
  @FunctionalInterface
  interface Deed {
    void with(InstanceId id) throws InterruptedException;
  }

  /**
   * Returns, or throws, when no host is at work any more: nobody acts on after a step has ended.
   * What failed on one host keeps no other from coming to its end.
   */
  void each(Deed deed) throws InterruptedException {
    if (instances.size() == 1) {
      oneAfterTheOther(instances.values().iterator().next(), deed);
      return;
    }
    List<Callable<Void>> perHost =
        instances.values().stream()
            .<Callable<Void>>map(
                ids ->
                    () -> {
                      oneAfterTheOther(ids, deed);
                      return null;
                    })
            .toList();
    SideBySide.all(perHost);
  }

  private static void oneAfterTheOther(List<InstanceId> ids, Deed deed)
      throws InterruptedException {
    for (InstanceId id : ids) {
      deed.with(id);
    }
  }
}
