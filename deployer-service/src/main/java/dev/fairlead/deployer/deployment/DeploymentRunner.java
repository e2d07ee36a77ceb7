package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.Work;
import dev.fairlead.deployer.runtime.StaleFence;
import dev.fairlead.deployer.trial.Command;
import dev.fairlead.events.DeploymentId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * The only doer: asks a deployment what is to be done, does it, and tells it what came of it. All
 * it knows is in the database, so that another runner can go on wherever this one dies.
 */
public final class DeploymentRunner {

  private static final Logger log = LoggerFactory.getLogger(DeploymentRunner.class);

  /** How often a step under way is compared with what the deployment wants by now. */
  private static final Duration GLANCE = Duration.ofMillis(250);

  /** A waiting deployment is woken by what it waits for; this is only for a lost wake-up. */
  private static final Duration LONGEST_SLEEP = Duration.ofSeconds(30);

  /** How often a release that bakes is looked at; nobody's thread is held in between. */
  private static final Duration BAKE_GLANCE = Duration.ofSeconds(2);

  private static final String UNEXPECTED =
      "this is a fault of Fairlead: report it with the deployer's log";

  private static final Duration OUTAGE_PAUSE = Duration.ofSeconds(1);

  private final Deployments deployments;
  private final DeploymentQueue queue;
  private final Planner planner;
  private final Hands hands;
  private final Housekeeping housekeeping;
  private final Clock clock;
  private final Glances glances;
  private volatile boolean stopping;

  DeploymentRunner(
      Deployments deployments,
      DeploymentQueue queue,
      Planner planner,
      Hands hands,
      Housekeeping housekeeping,
      Clock clock) {
    this.deployments = deployments;
    this.queue = queue;
    this.planner = planner;
    this.hands = hands;
    this.housekeeping = housekeeping;
    this.clock = clock;
    this.glances = new Glances(deployments::versions, GLANCE, System::nanoTime);
  }

  /** What does the work of a step. */
  @FunctionalInterface
  interface Hands {

    StepResult perform(Deployment deployment, Action.Perform perform, long fence)
        throws InterruptedException;
  }

  /** Takes no further steps; what is under way is left to the next runner. */
  void stop() {
    stopping = true;
  }

  /**
   * Takes the deployment as far as it goes without waiting for somebody else.
   *
   * @return when to run it again; empty when it has ended
   */
  Optional<Instant> run(DeploymentId id) throws InterruptedException {
    long fence = deployments.takeOver(id);
    while (!stopping) {
      Deployment deployment = deployments.tell(id, fence, new Fact.TimePassed());
      switch (deployment.action(clock.instant())) {
        case Action.MakePlan() -> {
          Fact made = makePlan(deployment);
          Deployment planned = deployments.tell(id, fence, queue.removed(deployment).orElse(made));
          if (planned.state() instanceof DeploymentState.AwaitingApproval) {
            queue.advance(planned);
          }
        }
        case Action.TakeTurn() -> {
          DeploymentState taken = queue.takeTurn(deployment, fence).state();
          if (taken instanceof DeploymentState.Queued) {
            return after(LONGEST_SLEEP);
          }
          if (taken.active()) {
            fence = deployments.renewed(id, fence);
          }
        }
        case Action.Perform perform -> {
          if (!perform(deployment, perform, fence)) {
            return after(BAKE_GLANCE);
          }
        }
        case Action.Wait(Instant until) -> {
          Instant latest = clock.instant().plus(LONGEST_SLEEP);
          return Optional.of(until.isBefore(latest) ? until : latest);
        }
        case Action.End() -> {
          log.info("deployment={} place={} state={}", id, deployment.place(), word(deployment));
          if (!(deployment.state() instanceof DeploymentState.Succeeded)) {
            Command.endLeftovers(id); // of a hook whose deployer died, and that nobody runs again
          }
          queue.advance(deployment);
          if (deployment.state() instanceof DeploymentState.Succeeded) {
            housekeeping.tidyUp();
          }
          return Optional.empty();
        }
      }
    }
    return after(Duration.ZERO);
  }

  private Optional<Instant> after(Duration delay) {
    return Optional.of(clock.instant().plus(delay));
  }

  private Fact makePlan(Deployment deployment) {
    try {
      Plan plan = planner.plan(deployment.request());
      return new Fact.Planned(plan, planner.dataAtRisk(plan));
    } catch (PlanRefused e) {
      return new Fact.PlanRefused(Wording.clean(e.detail()), e.advice());
    } catch (DataAccessException | TransactionException away) {
      throw away;
    } catch (RuntimeException e) {
      log.error("deployment={} plan=unexpected", deployment.id(), e);
      return new Fact.PlanRefused(Wording.clean("unexpected: " + e), UNEXPECTED);
    }
  }

  /**
   * @return whether anything came of it; else it is to be looked at again later
   */
  private boolean perform(Deployment deployment, Action.Perform perform, long fence)
      throws InterruptedException {
    log.info(
        "deployment={} place={} phase={} step={} state={}",
        deployment.id(),
        deployment.place(),
        perform.step().phase(),
        perform.step().name(),
        word(deployment));
    if (perform.undoing() && perform.index() == 0) {
      Command.endLeftovers(deployment.id());
    }
    Optional<StepResult> result = resultOf(deployment, perform, fence);
    if (result.isPresent() && !(result.get() instanceof StepResult.Unfinished)) {
      Fact ended = new Fact.StepEnded(perform.undoing(), perform.index(), result.get().redacted());
      throughOutages(deployment, fence, ended);
    }
    return result.filter(StepResult.Unfinished.class::isInstance).isEmpty();
  }

  /** Empty when the step was given up, because the deployment no longer wants it. */
  private Optional<StepResult> resultOf(Deployment deployment, Action.Perform perform, long fence)
      throws InterruptedException {
    // closing waits until the step's thread has ended: nobody acts on after its step was given up
    try (Glances.Glance glance = glances.at(deployment.id());
        ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<StepResult> step = thread.submit(() -> hands.perform(deployment, perform, fence));
      boolean givenUp = false;
      while (true) {
        try {
          return Optional.of(step.get(GLANCE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException _) {
          givenUp = givenUp || !isWanted(deployment, glance, fence);
          if (givenUp && (!stopping || isInterruptible(perform))) {
            step.cancel(true);
            return Optional.empty();
          }
        } catch (ExecutionException e) {
          return Optional.of(unexpected(perform, e));
        }
      }
    }
  }

  /**
   * A migration is cancelled when the deployment wants it no longer, but not because this deployer
   * ends: what runs outside of a transaction would leave half of it behind.
   */
  private static boolean isInterruptible(Action.Perform perform) {
    return !(perform.step().work() instanceof Work.Migrate);
  }

  private boolean isWanted(Deployment deployment, Glances.Glance glance, long fence) {
    if (stopping) {
      return false;
    }
    try {
      if (!glance.changed() && !timeIsUp(deployment)) {
        return true;
      }
      Deployment now = deployments.tell(deployment.id(), fence, new Fact.TimePassed());
      glance.heed();
      return now.state().equals(deployment.state());
    } catch (DataAccessException | TransactionException e) {
      log.warn(
          "deployment={} reason=\"database away, the step goes on: {}\"",
          deployment.id(),
          e.toString());
      return true;
    }
  }

  /** As far as its step knows it: only the clock decides. */
  private boolean timeIsUp(Deployment deployment) {
    return deployment.on(new Fact.TimePassed(), clock.instant()).changes(deployment);
  }

  /** Its own database being away is no fault of the step: that is for the next attempt to see. */
  private static StepResult unexpected(Action.Perform perform, ExecutionException failure) {
    if (failure.getCause() instanceof DataAccessException away) {
      throw away;
    }
    if (failure.getCause() instanceof TransactionException away) {
      throw away;
    }
    if (failure.getCause() instanceof StaleFence stale) {
      throw stale;
    }
    if (failure.getCause() instanceof TakenOver over) {
      throw over;
    }
    log.error("step={} outcome=unexpected", perform.step().name(), failure.getCause());
    return StepResult.failed("unexpected: %s".formatted(failure.getCause()), UNEXPECTED);
  }

  private void throughOutages(Deployment deployment, long fence, Fact fact)
      throws InterruptedException {
    while (true) {
      try {
        deployments.tell(deployment.id(), fence, fact);
        return;
      } catch (DataAccessException | TransactionException e) {
        if (stopping) {
          throw e;
        }
        log.warn(
            "deployment={} reason=\"waiting for the database: {}\"", deployment.id(), e.toString());
        Thread.sleep(OUTAGE_PAUSE);
      }
    }
  }

  private static String word(Deployment deployment) {
    return deployment.state().word();
  }
}
