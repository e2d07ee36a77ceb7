package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.fleet.Instances;
import dev.fairlead.deployer.fleet.Traffic;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.Side;
import dev.fairlead.deployer.plan.Work;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.rollout.Canary;
import dev.fairlead.deployer.runtime.EngineAway;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.events.DeploymentEvent.ServingInstance;
import dev.fairlead.events.DeploymentEvent.TrafficShare;
import dev.fairlead.events.DeploymentEvent.TrafficShifted;
import dev.fairlead.events.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Gives traffic, takes it away, and sees who gets it. */
record TrafficWork(Traffic traffic, Instances instances, Sides sides) {

  private static final int ATTEMPTS = 5;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  StepResult shift(Deployment deployment, Work.ShiftTraffic work, boolean undoing, long fence)
      throws InterruptedException {
    Plan plan = deployment.known();
    List<Traffic.Share> shares = shares(deployment, work, undoing);
    if (shares.isEmpty() && plan.previous() == null) {
      traffic.remove(plan.spec(), fence);
      return StepResult.succeeded("the route is removed");
    }
    EnvironmentSpec spec = shares.isEmpty() ? plan.spec() : shares.getLast().release().spec();
    List<TrafficShare> seen = traffic.shift(spec, shares, cookie(work, plan), fence);
    if (leavesRouter(deployment, spec)) {
      traffic.shift(sides.of(deployment, Side.OLD).spec(), shares, cookie(work, plan), fence);
    }
    return new StepResult.Succeeded(described(seen), List.of(shifted(deployment, seen)));
  }

  /** At a router that an earlier release was behind; where that had no route none is made. */
  StepResult giveBack(Deployment deployment, RouterKind router, long fence)
      throws InterruptedException {
    Work.ShiftTraffic all = new Work.ShiftTraffic(0, 1);
    boolean given =
        traffic.shiftAtFormer(
            router, sides.of(deployment, Side.OLD).spec(), shares(deployment, all, true), fence);
    return StepResult.succeeded(
        given
            ? "all traffic at %s goes to the old release".formatted(router.word())
            : "%s has no route of it".formatted(router.word()));
  }

  /** Only while two releases serve is there anything to stick to. */
  private static Optional<String> cookie(Work.ShiftTraffic work, Plan plan) {
    return work.percent() != null && plan.spec().strategy() instanceof Canary canary
        ? Optional.ofNullable(canary.cookie())
        : Optional.empty();
  }

  /** Then the former router gets the same set, for those who still come through it. */
  private boolean leavesRouter(Deployment deployment, EnvironmentSpec spec) {
    return deployment.known().previous() != null
        && sides.of(deployment, Side.OLD).spec().route().kind() != spec.route().kind();
  }

  private List<Traffic.Share> shares(
      Deployment deployment, Work.ShiftTraffic work, boolean undoing) {
    List<Traffic.Share> shares = new ArrayList<>();
    if (work.newInstances() > 0) {
      Release release = sides.of(deployment, Side.NEW);
      shares.add(
          new Traffic.Share(
              release,
              release.instances(1, work.newInstances()),
              true,
              Optional.ofNullable(work.percent())));
    }
    int old = deployment.known().oldReplicas();
    if (work.oldFrom() <= old) {
      Release release = sides.of(deployment, Side.OLD);
      List<InstanceId> ids = release.instances(work.oldFrom(), old);
      shares.add(
          new Traffic.Share(
              release,
              undoing ? instances.call(release, ids).here() : ids,
              undoing,
              Optional.ofNullable(work.percent()).map(percent -> 100 - percent)));
    }
    return shares;
  }

  private static Event shifted(Deployment deployment, List<TrafficShare> seen) {
    return new TrafficShifted(
        deployment.id(),
        deployment.place().application(),
        deployment.place().environment(),
        Traffic.routeOf(deployment.place()),
        seen);
  }

  StepResult hold(Deployment deployment, long fence) throws InterruptedException {
    EnvironmentSpec spec = deployment.known().spec();
    if (!traffic.canHold(spec)) {
      return StepResult.succeeded(
          "this router cannot keep requests waiting: they get 503 until a release serves again");
    }
    traffic.hold(spec, Work.LONGEST_HOLD, fence);
    return StepResult.succeeded(
        "requests wait, %d s each at most".formatted(Work.LONGEST_HOLD.toSeconds()));
  }

  StepResult release(Deployment deployment, long fence) throws InterruptedException {
    traffic.release(deployment.known().spec(), fence);
    return StepResult.succeeded("the requests that waited go on");
  }

  StepResult drain(Deployment deployment, Work.Drain work) throws InterruptedException {
    Release release = sides.of(deployment, work.side());
    return StepResult.succeeded(
        traffic.drain(
            release.spec(),
            release.instances(work.first(), work.last()),
            deployment.known().spec().drain()));
  }

  /** A host that does not answer at once is asked again: it may be restarting its engine. */
  StepResult confirmServing(Deployment deployment) throws InterruptedException {
    Release release = sides.of(deployment, Side.NEW);
    for (int attempt = 1; ; attempt++) {
      try {
        List<Instance> running = instances.requireAllRunning(release);
        List<ServingInstance> seen = traffic.requireServing(release, running);
        return new StepResult.Confirmed(
            "%s runs and serves on %d instance(s)".formatted(release.digest(), seen.size()), seen);
      } catch (EngineAway e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        Thread.sleep(PAUSE);
      }
    }
  }

  private static String described(List<TrafficShare> shares) {
    return shares.isEmpty()
        ? "nobody gets traffic"
        : shares.stream()
            .map(
                share ->
                    "%s on %d instance(s): %.0f %%"
                        .formatted(share.version(), share.instances(), share.percent()))
            .collect(Collectors.joining(", "));
  }
}
