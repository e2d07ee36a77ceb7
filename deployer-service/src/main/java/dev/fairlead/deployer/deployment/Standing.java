package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.release.Release;
import dev.fairlead.events.DeploymentId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The releases of a place that nobody has gone back from, the newest last. A rollback takes away
 * what came after its target, so that the next one goes further back and not forth again. Pure.
 */
final class Standing {

  /**
   * @param release as it serves now, or served last
   * @param ids of the deployments that brought it: the first one, and those that went back to it
   */
  private record Entry(Release release, Set<DeploymentId> ids) {}

  private final List<Entry> entries = new ArrayList<>();

  private Standing() {}

  /**
   * @param target what a deployment went back to; empty for one that went forward
   */
  static List<Release> of(
      List<Release> newestFirst, Function<DeploymentId, Optional<DeploymentId>> target) {
    Standing standing = new Standing();
    newestFirst.reversed().forEach(release -> standing.came(release, target.apply(release.id())));
    return standing.entries.stream().map(Entry::release).toList();
  }

  private void came(Release release, Optional<DeploymentId> target) {
    Set<DeploymentId> ids = new HashSet<>(Set.of(release.id()));
    target.flatMap(this::find).ifPresent(entry -> ids.addAll(leaveBehind(entry)));
    entries.add(new Entry(release, ids));
  }

  private Optional<Entry> find(DeploymentId id) {
    return entries.stream().filter(entry -> entry.ids().contains(id)).findFirst();
  }

  private Set<DeploymentId> leaveBehind(Entry target) {
    entries.subList(entries.indexOf(target), entries.size()).clear();
    return target.ids();
  }
}
