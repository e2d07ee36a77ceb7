package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.fleet.Instances;
import dev.fairlead.deployer.runtime.Fence;
import dev.fairlead.deployer.runtime.RuntimeFailure;
import dev.fairlead.deployer.runtime.StaleFence;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Place;
import java.util.Collection;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where nothing is to serve nothing is to run. What deployments that nobody here knows have left
 * belongs to somebody else, or to a database that was lost: that is for a person to say.
 */
final class Leftovers {

  private static final Logger log = LoggerFactory.getLogger(Leftovers.class);

  private final Deployments deployments;
  private final Instances instances;

  Leftovers(Deployments deployments, Instances instances) {
    this.deployments = deployments;
    this.instances = instances;
  }

  /**
   * @param residents the deployments that have instances there
   */
  void sweep(Place place, Collection<DeploymentId> residents) throws InterruptedException {
    try {
      if (residents.stream().noneMatch(this::isOurs)) {
        return;
      }
      OptionalLong fence = deployments.fenceAtIdle(place);
      if (fence.isPresent()) {
        log.info("place={} left-over=true next=stop", place);
        instances.stop(
            place, found -> isOurs(found.deployment()), new Fence(place, fence.getAsLong()));
      }
    } catch (StaleFence | RuntimeFailure e) {
      log.info("place={} left-over=later reason=\"{}\"", place, e.getMessage());
    } catch (RuntimeException e) {
      log.warn("place={} left-over=failed reason=\"{}\"", place, e.toString());
    }
  }

  private boolean isOurs(DeploymentId deployment) {
    return deployments.find(deployment).isPresent();
  }
}
