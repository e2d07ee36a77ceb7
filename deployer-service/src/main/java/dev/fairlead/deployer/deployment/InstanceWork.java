package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.fleet.Instances;
import dev.fairlead.deployer.plan.Side;
import dev.fairlead.deployer.plan.Work;
import dev.fairlead.deployer.release.Release;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Starts instances, waits for their health, watches them and stops them. */
record InstanceWork(Instances instances, Sides sides, Clock clock) {

  StepResult start(Deployment deployment, Work.Start work, long fence) throws InterruptedException {
    Release release = sides.of(deployment, work.side());
    return StepResult.succeeded(
        instances.start(release, release.instances(work.first(), work.last()), fence));
  }

  StepResult awaitHealthy(Deployment deployment, Work.AwaitHealthy work)
      throws InterruptedException {
    Release release = sides.of(deployment, work.side());
    return StepResult.succeeded(
        instances.awaitHealthy(
            release,
            release.instances(work.first(), work.last()),
            stayHealthy(release, work.side())));
  }

  /** An old instance that is still there has proved itself already. */
  private static Duration stayHealthy(Release release, Side side) {
    return side == Side.OLD ? Duration.ZERO : release.spec().health().stayHealthy();
  }

  StepResult stop(Deployment deployment, Work.Stop work, long fence) throws InterruptedException {
    Release release = sides.of(deployment, work.side());
    return StepResult.succeeded(
        instances.stop(release, release.instances(work.first(), work.last()), fence));
  }

  /** One look; the window is over when it says so. */
  StepResult bake(Deployment deployment, Instant since) {
    instances.requireAllRunning(sides.of(deployment, Side.NEW));
    Duration window = deployment.known().spec().bake();
    return clock.instant().isBefore(since.plus(window))
        ? new StepResult.Unfinished("nothing unusual so far")
        : StepResult.succeeded("nothing unusual for %s".formatted(window));
  }
}
