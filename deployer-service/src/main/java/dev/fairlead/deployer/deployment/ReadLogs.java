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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/**
 * The ends of the logs of a release's instances, by their names. Hosts are asked side by side, and
 * each as a whole: one that hangs is waited for once, however many instances it has, and keeps
 * nobody from reading what speaks against the release on another.
 *
 * @param unread why a log could not be read
 */
record ReadLogs(Map<String, List<String>> logs, Map<String, String> unread) {

  static ReadLogs of(Inquiry inquiry, Release release) throws InterruptedException {
    Map<HostName, List<InstanceId>> byHost =
        release.instances().stream()
            .collect(
                Collectors.groupingBy(release::hostOf, LinkedHashMap::new, Collectors.toList()));
    List<Callable<ReadLogs>> perHost = new ArrayList<>();
    byHost.values().forEach(ids -> perHost.add(() -> ofHost(inquiry, release, ids)));
    ReadLogs all = empty();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<ReadLogs> host : threads.invokeAll(perHost)) {
        ReadLogs read = host.get();
        all.logs.putAll(read.logs);
        all.unread.putAll(read.unread);
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException("logs cannot be read: " + e.getCause(), e);
    }
    return all;
  }

  private static ReadLogs empty() {
    return new ReadLogs(new LinkedHashMap<>(), new LinkedHashMap<>());
  }

  private static ReadLogs ofHost(Inquiry inquiry, Release release, List<InstanceId> ids)
      throws InterruptedException {
    try {
      return inquiry.ask(there -> read(there, release, ids));
    } catch (RuntimeFailure e) {
      ReadLogs none = empty();
      ids.forEach(id -> none.unread.put(id.value(), String.valueOf(e.getMessage())));
      return none;
    }
  }

  private static ReadLogs read(Instances there, Release release, List<InstanceId> ids) {
    ReadLogs read = empty();
    for (InstanceId id : ids) {
      there
          .log(release, id)
          .ifPresentOrElse(
              lines -> read.logs.put(id.value(), lines),
              () -> read.unread.put(id.value(), "it is gone"));
    }
    return read;
  }
}
