package dev.fairlead.deployer.release;

import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.DeploymentId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which artifacts a place must be able to return to. Pure. */
public final class Retention {

  private Retention() {}

  /**
   * The artifacts of the newest {@code count} releases that differ, and of those in use. Going back
   * and forth between two of them uses up none of the others.
   *
   * @param served releases that served at the place, newest first
   * @param count how many a person wants to choose from, the serving one included; at least 1
   * @param inUse releases that serve, or that a deployment under way may return to
   */
  public static Set<ArtifactDigest> needed(
      List<Release> served, int count, Set<DeploymentId> inUse) {
    Set<ArtifactDigest> needed = new LinkedHashSet<>();
    for (Release release : served) {
      if (needed.size() < count) {
        needed.add(release.digest());
      }
    }
    served.stream()
        .filter(release -> inUse.contains(release.id()))
        .map(Release::digest)
        .forEach(needed::add);
    return needed;
  }
}
