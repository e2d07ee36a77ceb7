package dev.fairlead.deployer.deployment;

import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import dev.fairlead.deployer.fleet.Instances;
import dev.fairlead.deployer.fleet.NotServing;
import dev.fairlead.deployer.fleet.RollCall;
import dev.fairlead.deployer.fleet.Traffic;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.deployer.runtime.EngineAway;
import dev.fairlead.deployer.runtime.Fence;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.RuntimeFailure;
import dev.fairlead.deployer.runtime.StaleFence;
import dev.fairlead.events.Place;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what was deployed the way it was deployed: an instance that has exited is started again, a
 * route that was lost is set again, requests that nobody lets go are let go, and what a crash left
 * running is stopped. A host that was away while a deployment ended gets what serves now. A place
 * that a deployment is changing is left alone.
 */
public final class Upkeep {

  private static final Logger log = LoggerFactory.getLogger(Upkeep.class);

  /** A host that needs longer to tell its version is looked after in another round. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

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
    UnderWay underWay = new UnderWay();
    return Tasks.recurring("upkeep", FixedDelay.of(every))
        .execute(
            (task, context) -> {
              if (underWay.begin("upkeep")) {
                try {
                  lookAround();
                } finally {
                  underWay.end("upkeep");
                }
              }
            });
  }

  /** Nobody waits for one host that is dead or hangs. */
  void lookAround() {
    new Upkeep(deployments, releases, instances.answering(PATIENCE), traffic).lookAtAll();
  }

  private void lookAtAll() {
    List<Release> serving = releases.serving();
    serving.forEach(this::lookAfter);
    Set<Place> idle = new HashSet<>(instances.places());
    serving.forEach(release -> idle.remove(release.place()));
    idle.forEach(this::sweep);
  }

  /**
   * Where nothing is to serve nothing is to run. What deployments that nobody here knows have left
   * belongs to somebody else, or to a database that was lost: that is for a person to say.
   */
  private void sweep(Place place) {
    try {
      if (instances.at(place).stream().noneMatch(this::isOurs)) {
        return;
      }
      OptionalLong fence = deployments.fenceAtIdle(place);
      if (fence.isPresent()) {
        log.info("place={} left-over=true next=stop", place);
        instances.stop(place, this::isOurs, new Fence(place, fence.getAsLong()));
      }
    } catch (StaleFence | RuntimeFailure e) {
      log.info("place={} left-over=later reason=\"{}\"", place, e.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookAfter(Release release) {
    try {
      if (needsCare(release)) {
        OptionalLong fence = deployments.fenceAtRest(release);
        if (fence.isPresent()) {
          restore(release, fence.getAsLong());
        }
      }
    } catch (StaleFence | NotServing | EngineAway e) {
      log.info("place={} upkeep=later reason=\"{}\"", release.place(), e.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.warn("place={} upkeep=failed reason=\"{}\"", release.place(), e.toString());
    }
  }

  private boolean isOurs(Instance instance) {
    return deployments.find(instance.deployment()).isPresent();
  }

  private boolean needsCare(Release release) throws InterruptedException {
    RollCall roll = instances.call(release, release.instances());
    return !gone(release, roll).isEmpty()
        || !traffic.isServing(release, roll)
        || traffic.isHeld(release.spec())
        || instances.hasOthers(release);
  }

  private List<InstanceId> gone(Release release, RollCall roll) {
    List<InstanceId> running =
        instances.running(release, roll.here()).stream().map(Instance::id).toList();
    return roll.here().stream().filter(id -> !running.contains(id)).toList();
  }

  /** Looks again: what was seen before there was a token may be out of date. */
  private void restore(Release release, long fence) throws InterruptedException {
    RollCall roll = instances.call(release, release.instances());
    List<InstanceId> gone = gone(release, roll);
    if (!gone.isEmpty()) {
      log.info("place={} exited={} next=start again", release.place(), gone);
      instances.start(release, gone, fence);
      instances.awaitHealthy(release, gone, Duration.ZERO);
    }
    // those that are away and serve are left to: what cannot be asked may well answer its visitors
    if (roll.complete() || !traffic.isServing(release, roll)) {
      traffic.give(release, roll.here(), fence);
    }
    traffic.release(release.spec(), fence);
    instances.stopOthers(release, fence);
  }
}
