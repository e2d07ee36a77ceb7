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
import java.util.function.BiPredicate;

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

  List<InstanceId> ids() {
    return List.copyOf(seen.keySet());
  }

  /** Whether every instance of the release is seen, and runs. */
  boolean allRun(Release release) {
    return seen.size() == release.instances().size()
        && seen.values().stream().allMatch(Instance::running);
  }

  /** Whether every instance that was seen before runs, and is seen to. */
  boolean allRunSince(Starts before) {
    return before.ids().stream().map(seen::get).allMatch(now -> now != null && now.running());
  }

  /** Whether an instance has ended by itself since. */
  boolean crashedSince(Starts before) {
    return !changed(before, (then, now) -> now.restarts() > then.restarts()).isEmpty();
  }

  /**
   * Those that their engine has started, and that did not crash. One that did not run before may
   * have been waiting for its start after a crash.
   */
  List<InstanceId> startedByEngineSince(Starts before) {
    return changed(
        before,
        (then, now) ->
            then.running()
                && now.restarts() <= then.restarts()
                && now.startedAt()
                    .orElse(Instant.MIN)
                    .isAfter(then.startedAt().orElse(Instant.MAX)));
  }

  private List<InstanceId> changed(Starts before, BiPredicate<Instance, Instance> how) {
    return seen.values().stream()
        .filter(
            now -> {
              Instance then = before.seen.get(now.id());
              return then != null && how.test(then, now);
            })
        .map(Instance::id)
        .toList();
  }
}
