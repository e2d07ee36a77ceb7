package dev.fairlead.deployer.deployment;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceCurrentlyExecutingException;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceNotFoundException;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import dev.fairlead.events.DeploymentId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Keeps every deployment that has not ended in the table of a durable scheduler: one runner works
 * on it at a time, and when that one dies another is found.
 */
public final class DeploymentSchedule {

  private static final Logger log = LoggerFactory.getLogger(DeploymentSchedule.class);

  private static final TaskDescriptor<Void> DEPLOYMENT = TaskDescriptor.of("deployment");
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
  private static final int WAKE_ATTEMPTS = 20;
  private static final Duration WAKE_PAUSE = Duration.ofMillis(100);

  private final SchedulerClient scheduler;
  private final Clock clock;

  public DeploymentSchedule(SchedulerClient scheduler, Clock clock) {
    this.scheduler = scheduler;
    this.clock = clock;
  }

  /** What the scheduler runs. */
  public static Task<Void> task(DeploymentRunner runner, Clock clock) {
    return task(runner::run, clock);
  }

  static Task<Void> task(Run run, Clock clock) {
    UnderWay underWay = new UnderWay();
    return Tasks.custom(DEPLOYMENT)
        .onFailureReschedule(FixedDelay.of(AFTER_FAILURE))
        .onDeadExecutionRevive()
        .execute(
            (task, context) ->
                runUnlessUnderWay(run, DeploymentId.of(task.getId()), underWay, clock)
                    .<CompletionHandler<Void>>map(
                        time -> (complete, operations) -> operations.reschedule(complete, time))
                    .orElseGet(CompletionHandler.OnCompleteRemove::new));
  }

  /** Runs a deployment, and says when to run it again. */
  @FunctionalInterface
  interface Run {

    Optional<Instant> run(DeploymentId id) throws InterruptedException;
  }

  static Optional<Instant> runUnlessUnderWay(
      Run run, DeploymentId id, UnderWay underWay, Clock clock) {
    if (!underWay.begin(id.toString())) {
      return Optional.of(clock.instant().plus(AFTER_FAILURE));
    }
    try {
      return runOnce(run, id);
    } finally {
      underWay.end(id.toString());
    }
  }

  private static Optional<Instant> runOnce(Run run, DeploymentId id) {
    try {
      return run.run(id);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("deployment %s: interrupted, to be resumed".formatted(id), e);
    }
  }

  /** In the caller's transaction: a deployment that is stored is also going to be run. */
  void add(DeploymentId id) {
    scheduler.scheduleIfNotExists(DEPLOYMENT.instance(id.toString()).build(), clock.instant());
    // the look for work that this causes may come before the commit, and the next a second later
    afterCommit(() -> reschedule(id));
  }

  /**
   * As {@link #add}, for one that had ended.
   *
   * @return false while whoever ran it last has not put it away yet
   */
  boolean addAgain(DeploymentId id) {
    boolean added =
        scheduler.scheduleIfNotExists(DEPLOYMENT.instance(id.toString()).build(), clock.instant());
    if (added) {
      afterCommit(() -> reschedule(id));
    }
    return added;
  }

  /** Soon, after the transaction: there is something new. One that runs already sees it itself. */
  void wake(DeploymentId id) {
    afterCommit(() -> wakeNow(id));
  }

  /**
   * In a thread of its own: what this one writes is still part of the transaction, also after its
   * commit, and kept from everybody until it has been put away. A scheduler that is told to look
   * finds nothing then, and looks again after a whole interval.
   */
  private static void afterCommit(Runnable action) {
    if (!TransactionSynchronizationManager.isSynchronizationActive()) {
      action.run();
      return;
    }
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            Thread.startVirtualThread(action);
          }
        });
  }

  /**
   * One that is being run right now may have looked before the news came: it is woken again when
   * that run is over. Should even that fail, it looks by itself after {@code LONGEST_SLEEP}.
   */
  private void wakeNow(DeploymentId id) {
    if (!reschedule(id)) {
      Thread.startVirtualThread(() -> wakePatiently(id));
    }
  }

  private void wakePatiently(DeploymentId id) {
    try {
      for (int attempt = 0; attempt < WAKE_ATTEMPTS; attempt++) {
        Thread.sleep(WAKE_PAUSE);
        if (reschedule(id)) {
          return;
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** False while it is being run, and while the database has no connection for it. */
  private boolean reschedule(DeploymentId id) {
    try {
      scheduler.reschedule(DEPLOYMENT.instanceId(id.toString()), clock.instant());
      return true;
    } catch (TaskInstanceNotFoundException _) {
      return true; // it has ended
    } catch (TaskInstanceCurrentlyExecutingException _) {
      return false;
    } catch (RuntimeException e) {
      log.debug("deployment={} not woken yet: {}", id, e.toString());
      return false;
    }
  }
}
