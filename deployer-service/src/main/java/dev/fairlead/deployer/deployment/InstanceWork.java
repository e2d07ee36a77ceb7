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

  private static final Duration GLANCE = Duration.ofSeconds(1);

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

  StepResult bake(Deployment deployment, Instant since) throws InterruptedException {
    Release release = sides.of(deployment, Side.NEW);
    Duration window = deployment.known().spec().bake();
    Instant end = since.plus(window);
    while (clock.instant().isBefore(end)) {
      instances.requireAllRunning(release);
      Duration left = Duration.between(clock.instant(), end);
      Thread.sleep(left.compareTo(GLANCE) < 0 ? left : GLANCE);
    }
    return StepResult.succeeded("nothing unusual for %s".formatted(window));
  }
}
