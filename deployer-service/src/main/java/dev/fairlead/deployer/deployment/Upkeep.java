package dev.fairlead.deployer.deployment;

import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import dev.fairlead.deployer.fleet.Instances;
import dev.fairlead.deployer.fleet.NotServing;
import dev.fairlead.deployer.fleet.Traffic;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.StaleFence;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what was deployed the way it was deployed: an instance that has exited is started again, a
 * route that was lost is set again, requests that nobody lets go are let go, and what a crash left
 * running is stopped. A place that a deployment is changing is left alone.
 */
public final class Upkeep {

  private static final Logger log = LoggerFactory.getLogger(Upkeep.class);

  private final Deployments deployments;
  private final Releases releases;
  private final Instances instances;
  private final Traffic traffic;

  public Upkeep(Deployments deployments, Releases releases, Instances instances, Traffic traffic) {
    this.deployments = deployments;
    this.releases = releases;
    this.instances = instances;
    this.traffic = traffic;
  }

  /** One deployer of all does it at a time. */
  public Task<Void> task(Duration every) {
    return Tasks.recurring("upkeep", FixedDelay.of(every))
        .execute((task, context) -> releases.serving().forEach(this::lookAfter));
  }

  private void lookAfter(Release release) {
    try {
      if (needsCare(release)) {
        OptionalLong fence = deployments.fenceAtRest(release);
        if (fence.isPresent()) {
          restore(release, fence.getAsLong());
        }
      }
    } catch (StaleFence | NotServing e) {
      log.info("place={} upkeep=later reason=\"{}\"", release.place(), e.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.warn("place={} upkeep=failed reason=\"{}\"", release.place(), e.toString());
    }
  }

  private boolean needsCare(Release release) throws InterruptedException {
    return !gone(release).isEmpty()
        || !traffic.isServing(release)
        || traffic.isHeld(release.spec())
        || instances.hasOthers(release);
  }

  private List<InstanceId> gone(Release release) {
    List<InstanceId> running = instances.running(release).stream().map(Instance::id).toList();
    return release.instances().stream().filter(id -> !running.contains(id)).toList();
  }

  /** Looks again: what was seen before there was a token may be out of date. */
  private void restore(Release release, long fence) throws InterruptedException {
    List<InstanceId> gone = gone(release);
    if (!gone.isEmpty()) {
      log.info("place={} exited={} next=start again", release.place(), gone);
      instances.start(release, gone, fence);
      instances.awaitHealthy(release, gone, Duration.ZERO);
    }
    traffic.give(release, fence);
    traffic.release(release.spec(), fence);
    instances.stopOthers(release, fence);
  }
}
