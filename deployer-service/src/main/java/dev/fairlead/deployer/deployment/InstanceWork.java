package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.disk.FullDisk;
import dev.fairlead.deployer.fleet.Instances;
import dev.fairlead.deployer.fleet.Retirement;
import dev.fairlead.deployer.fleet.RollCall;
import dev.fairlead.deployer.plan.Side;
import dev.fairlead.deployer.plan.Work;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.runtime.EngineAway;
import dev.fairlead.deployer.runtime.InstanceId;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Starts instances, waits for their health, watches them and stops them. On the way forward every
 * host of the new release has to take part; of the old one only where two releases must never run
 * at once. On the way back a host that does not answer holds up none of the others. It gets what
 * serves by then, and loses what does not, as soon as it is back, see {@link Upkeep}.
 *
 * @param news how it fares, from those who probe it
 * @param home where the deployer keeps its files
 */
record InstanceWork(Instances instances, Sides sides, HealthNews news, Path home, Clock clock) {

  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** A killed deployer's share of the topic is read by another one after 10 s. */
  private static final Duration LONGEST_HEARING = Duration.ofMinutes(5);

  /** What health-service tells. */
  @FunctionalInterface
  interface HealthNews {

    /**
     * Waits until what it has told so far has come to every deployment that it concerns.
     *
     * @return why nobody can say that it has; empty when it has
     */
    Optional<String> awaitHeard(Duration patience) throws InterruptedException;
  }

  StepResult start(Deployment deployment, Work.Start work, boolean undoing, long fence)
      throws InterruptedException {
    if (!undoing && FullDisk.at(home)) {
      return StepResult.failed(
          "no instance is started: the disk of %s is full".formatted(home),
          "free space there, then deploy again");
    }
    Release release = sides.of(deployment, work.side());
    RollCall roll = roll(release, work.first(), work.last(), undoing);
    return StepResult.succeeded(roll.tell(instances.start(release, roll.here(), fence)));
  }

  StepResult awaitHealthy(Deployment deployment, Work.AwaitHealthy work, boolean undoing)
      throws InterruptedException {
    Release release = sides.of(deployment, work.side());
    RollCall roll = roll(release, work.first(), work.last(), undoing);
    return StepResult.succeeded(
        roll.tell(instances.awaitHealthy(release, roll.here(), stayHealthy(release, work.side()))));
  }

  /** An old instance that is still there has proved itself already. */
  private static Duration stayHealthy(Release release, Side side) {
    return side == Side.OLD ? Duration.ZERO : release.spec().health().stayHealthy();
  }

  StepResult stop(Deployment deployment, Work.Stop work, boolean undoing, long fence)
      throws InterruptedException {
    Release release = sides.of(deployment, work.side());
    List<InstanceId> ids = release.instances(work.first(), work.last());
    if (undoing) {
      RollCall roll = instances.call(release, ids);
      return StepResult.succeeded(roll.tell(instances.stop(release, roll.here(), fence)));
    }
    Retirement retirement = new Retirement(instances, PAUSE);
    return StepResult.succeeded(
        deployment.known().spec().strategy().exclusive()
            ? retirement.stopAll(release, ids, fence)
            : retirement.stop(release, ids, fence));
  }

  private RollCall roll(Release release, int first, int last, boolean undoing) {
    List<InstanceId> ids = release.instances(first, last);
    return undoing ? instances.call(release, ids) : RollCall.all(ids);
  }

  /**
   * One look; the window is over when it says so. An engine that does not answer just then decides
   * nothing: {@code still-serving} comes next, and asks until it has an answer or gives up. Nor is
   * it over before everything was heard that was told in it.
   */
  StepResult bake(Deployment deployment, Instant since) throws InterruptedException {
    Duration window = deployment.known().spec().bake();
    boolean over = !clock.instant().isBefore(since.plus(window));
    String seen = "nothing unusual for %s".formatted(window);
    try {
      instances.requireAllRunning(sides.of(deployment, Side.NEW));
    } catch (EngineAway e) {
      // an engine that is being restarted says nothing about the release
      if (!over) {
        return new StepResult.Unfinished(String.valueOf(e.getMessage()));
      }
      seen =
          "the window of %s is over; %s; still-serving decides".formatted(window, e.getMessage());
    }
    return over ? heardOut(window, seen) : new StepResult.Unfinished("nothing unusual so far");
  }

  /** What comes in meanwhile and turns the deployment back also ends this. */
  private StepResult heardOut(Duration window, String seen) throws InterruptedException {
    Optional<String> unheard = news.awaitHeard(LONGEST_HEARING);
    return unheard.isEmpty()
        ? StepResult.succeeded(seen)
        : new StepResult.Inconclusive(
            "the window of %s is over, and what health-service told in it is not known after %s more: %s"
                .formatted(window, LONGEST_HEARING, unheard.get()));
  }
}
