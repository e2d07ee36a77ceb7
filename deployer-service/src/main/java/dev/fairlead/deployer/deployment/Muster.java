package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.fleet.Instances;
import dev.fairlead.deployer.fleet.RollCall;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.runtime.InstanceId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The instances of a release as they were seen just now.
 *
 * @param roll those that run or are to be started; whoever has to wait is away
 * @param due to be started
 * @param waiting when those will be due that crash again and again
 */
record Muster(RollCall roll, List<InstanceId> due, Map<InstanceId, Instant> waiting) {

  static Muster of(Instances instances, Release release, Crashes crashes, Instant now) {
    RollCall roll = instances.call(release, release.instances());
    List<InstanceId> running =
        instances.running(release, roll.here()).stream().map(Instance::id).toList();
    List<InstanceId> gone = roll.here().stream().filter(id -> !running.contains(id)).toList();
    Map<InstanceId, Instant> waiting = new TreeMap<>();
    for (InstanceId id : gone) {
      instances
          .observe(release, id)
          .filter(seen -> seen.state() instanceof Instance.State.Exited)
          .map(exited -> crashes.due(exited, now))
          .filter(now::isBefore)
          .ifPresent(due -> waiting.put(id, due));
    }
    return new Muster(
        roll.without(waiting.keySet()),
        gone.stream().filter(id -> !waiting.containsKey(id)).toList(),
        waiting);
  }
}
