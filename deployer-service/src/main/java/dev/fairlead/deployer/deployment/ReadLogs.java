package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.fleet.Instances;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.RuntimeFailure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/**
 * The ends of the logs of a release's instances, by their names. All are read side by side: one
 * that hangs is waited for once in each try, however many instances its host has, and what was read
 * of the others is kept.
 *
 * @param unread why a log could not be read
 */
record ReadLogs(Map<String, List<String>> logs, Map<String, String> unread) {

  static ReadLogs of(Inquiry inquiry, Release release) throws InterruptedException {
    Map<HostName, List<InstanceId>> byHost =
        release.instances().stream()
            .collect(
                Collectors.groupingBy(release::hostOf, LinkedHashMap::new, Collectors.toList()));
    ReadLogs all = new ReadLogs(new ConcurrentSkipListMap<>(), new ConcurrentSkipListMap<>());
    List<Callable<Boolean>> perHost = new ArrayList<>();
    byHost.forEach((host, ids) -> perHost.add(() -> all.readHost(inquiry, release, host, ids)));
    sideBySide(perHost);
    return all;
  }

  /** Whether every log was read. */
  private boolean readHost(Inquiry inquiry, Release release, HostName host, List<InstanceId> ids)
      throws InterruptedException {
    try {
      return inquiry.ask(host, there -> read(there, release, ids));
    } catch (RuntimeFailure told) {
      return false; // by each of them
    }
  }

  /**
   * @throws RuntimeFailure if one could not be read: it is tried another time, and it alone
   */
  private boolean read(Instances there, Release release, List<InstanceId> ids) {
    List<Callable<Boolean>> each = new ArrayList<>();
    ids.stream()
        .filter(id -> !logs.containsKey(id.value()))
        .forEach(id -> each.add(() -> read(there, release, id)));
    try {
      if (sideBySide(each).contains(false)) {
        throw new RuntimeFailure("not every log of %s was read".formatted(release.id()));
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RuntimeFailure("reading logs was interrupted", e);
    }
  }

  private boolean read(Instances there, Release release, InstanceId id) {
    try {
      there
          .log(release, id)
          .ifPresentOrElse(
              lines -> logs.put(id.value(), lines), () -> unread.put(id.value(), "it is gone"));
    } catch (RuntimeFailure e) {
      unread.put(id.value(), String.valueOf(e.getMessage()));
      return false;
    }
    if (logs.containsKey(id.value())) {
      unread.remove(id.value());
    }
    return true;
  }

  private static List<Boolean> sideBySide(List<Callable<Boolean>> tasks)
      throws InterruptedException {
    List<Boolean> results = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> result : threads.invokeAll(tasks)) {
        results.add(result.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException("logs cannot be read: " + e.getCause(), e);
    }
  }
}
