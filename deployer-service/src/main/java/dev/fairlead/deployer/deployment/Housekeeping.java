package dev.fairlead.deployer.deployment;

import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.release.Artifacts;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.deployer.release.Retention;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Place;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes artifacts that no rollback needs any more, after each success and now and then: of what
 * was removed last nobody's success would tell. Backups are let go by the backup service, which
 * hears of the success itself.
 */
public final class Housekeeping {

  private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);

  private static final Duration EVERY = Duration.ofHours(1);

  private final Deployments deployments;
  private final Releases releases;
  private final Artifacts artifacts;
  private final Duration grace;
  private final Clock clock;

  /**
   * @param grace what was looked at so recently may belong to a plan that is being made
   */
  public Housekeeping(
      Deployments deployments,
      Releases releases,
      Artifacts artifacts,
      Duration grace,
      Clock clock) {
    this.deployments = deployments;
    this.releases = releases;
    this.artifacts = artifacts;
    this.grace = grace;
    this.clock = clock;
  }

  /** One deployer of all does it at a time. */
  Task<Void> task() {
    return Tasks.recurring("housekeeping", FixedDelay.of(EVERY))
        .execute((task, context) -> tidyUp());
  }

  /** Leaves what it cannot remove to the next time: no deployment fails because of it. */
  void tidyUp() {
    try {
      Set<ArtifactDigest> removed = artifacts.prune(needed(), clock.instant().minus(grace));
      if (!removed.isEmpty()) {
        log.info("artifacts={} removed because no release that is kept needs them", removed);
      }
    } catch (RuntimeException e) {
      log.warn("artifacts=kept reason=\"{}\"", e.toString());
    }
  }

  /** Whatever any place may have to start, now or after a rollback. */
  Set<ArtifactDigest> needed() {
    return needed(place -> true);
  }

  /** What is not needed any more once the place is gone. */
  Set<ArtifactDigest> neededOnlyBy(Place place) {
    Set<ArtifactDigest> only = new LinkedHashSet<>(needed(place::equals));
    only.removeAll(needed(other -> !other.equals(place)));
    return only;
  }

  private Set<ArtifactDigest> needed(Predicate<Place> which) {
    Set<ArtifactDigest> needed = new LinkedHashSet<>();
    // in this order: what ends its deployment meanwhile is among what serves
    deployments.unfinished().stream()
        .filter(deployment -> which.test(deployment.place()))
        .forEach(deployment -> ofDeployment(deployment).forEach(needed::add));
    for (Release serving : releases.serving()) {
      if (which.test(serving.place())) {
        needed.add(serving.digest());
        needed.addAll(
            Retention.needed(
                releases.history(serving.place()),
                serving.spec().retainedReleases(),
                Set.of(serving.id())));
      }
    }
    return needed;
  }

  private Stream<ArtifactDigest> ofDeployment(Deployment deployment) {
    Plan plan = deployment.plan();
    Stream<DeploymentId> releasesInUse =
        Stream.of(
                Optional.of(deployment.id()),
                Optional.ofNullable(deployment.request().rollbackTo()),
                Optional.ofNullable(plan).map(Plan::previous).map(Plan.Previous::release))
            .flatMap(Optional::stream);
    return Stream.concat(
        Stream.ofNullable(plan).map(Plan::digest),
        releasesInUse.map(releases::find).flatMap(Optional::stream).map(Release::digest));
  }
}
