package dev.fairlead.deployer.fleet;

import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.StaleFence;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      throwFirst(threads.invokeAll(perHost));
    }
  }

  private static void oneAfterTheOther(List<InstanceId> ids, Deed deed)
      throws InterruptedException {
    for (InstanceId id : ids) {
      deed.with(id);
    }
  }

  /** That somebody else has taken over goes before all else that may be wrong. */
  private static void throwFirst(List<Future<Void>> ended) throws InterruptedException {
    List<Throwable> failures =
        ended.stream()
            .filter(future -> future.state() == Future.State.FAILED)
            .map(Future::exceptionNow)
            .sorted(Comparator.comparing(failure -> !(failure instanceof StaleFence)))
            .toList();
    if (!failures.isEmpty()) {
      Throwable first = failures.getFirst();
      failures.stream().skip(1).forEach(first::addSuppressed);
      switch (first) {
        case RuntimeException failure -> throw failure;
        case InterruptedException interruption -> throw interruption;
        default -> throw new IllegalStateException(first);
      }
    }
  }
}
