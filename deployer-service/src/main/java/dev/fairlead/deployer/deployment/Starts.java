package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.fleet.Instances;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.RuntimeFailure;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * When the instances of a release were started last, and how often they were before. It tells an
 * engine that was restarted from instances that crashed: an engine counts the starts after a crash,
 * also after one for want of memory, and begins to count anew when it is started itself (moby,
 * daemon.go: restore).
 *
 * @param seen those that could be seen: none of a host that is away
 */
record Starts(Map<InstanceId, Instance> seen) {

  static Starts of(Instances there, Release release) {
    Map<InstanceId, Instance> seen = new LinkedHashMap<>();
    for (InstanceId id : release.instances()) {
      try {
        there
            .observe(release, id)
            .filter(one -> one.deployment().equals(release.id()))
            .ifPresent(one -> seen.put(id, one));
      } catch (RuntimeFailure away) {
        // what cannot be seen proves nothing
      }
    }
    return new Starts(seen);
  }

  /** Whether every instance of the release is seen, and runs. */
  boolean allRun(Release release) {
    return seen.size() == release.instances().size()
        && seen.values().stream().allMatch(Instance::running);
  }

  /**
   * Whether an instance has ended by itself since. Of one that did not run before, or was not seen,
   * a count is enough: it may wait for its next start after a crash.
   */
  boolean crashedSince(Starts before) {
    return seen.values().stream()
        .anyMatch(
            now -> now.restarts() > before.running(now.id()).map(Instance::restarts).orElse(0));
  }

  /**
   * Those that their engine has started: they did not run before, or were started later than that.
   * One that was not seen before may have run all the while.
   *
   * @param begun when it was looked before
   */
  List<InstanceId> startedByEngineSince(Starts before, Instant begun) {
    return seen.values().stream()
        .filter(Instance::running)
        .filter(now -> before.precedes(now, begun))
        .map(Instance::id)
        .toList();
  }

  private boolean precedes(Instance now, Instant begun) {
    Instance then = seen.get(now.id());
    return then == null
        ? now.startedAt().orElse(Instant.MIN).isAfter(begun)
        : !then.running() || isNewer(now, then);
  }

  private static boolean isNewer(Instance now, Instance then) {
    return now.startedAt().orElse(Instant.MIN).isAfter(then.startedAt().orElse(Instant.MAX));
  }

  private Optional<Instance> running(InstanceId id) {
    return Optional.ofNullable(seen.get(id)).filter(Instance::running);
  }
}
