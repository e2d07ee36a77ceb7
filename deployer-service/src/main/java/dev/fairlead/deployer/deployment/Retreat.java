package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.deployment.DeploymentState.Cancelled;
import dev.fairlead.deployer.deployment.DeploymentState.Failed;
import dev.fairlead.deployer.deployment.DeploymentState.RollbackFailed;
import dev.fairlead.deployer.deployment.DeploymentState.RolledBack;
import dev.fairlead.deployer.deployment.DeploymentState.RollingBack;
import dev.fairlead.deployer.plan.Step;
import dev.fairlead.deployer.plan.Work;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentEvent.DataAtRisk;
import dev.fairlead.events.DeploymentEvent.Phase;
import dev.fairlead.events.Event;
import dev.fairlead.events.RestoreId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The way back: step after step of a {@link Rollback}, each tried several times. Pure. */
record Retreat(Deployment deployment, RollingBack undo) {

  private static final int ATTEMPTS = 5;
  private static final Duration PAUSE = Duration.ofSeconds(2);

  /** A rollback that has not come to its end by then needs a person. */
  private static final Duration DEADLINE = Duration.ofMinutes(15);

  /**
   * @param begun how many steps of the plan were begun
   * @param lastChangedNothing whether the last of them certainly had no effect
   * @param events what is to be told before
   */
  static Decision begin(
      Deployment deployment,
      Cause cause,
      int begun,
      boolean lastChangedNothing,
      List<Event> events,
      Instant now) {
    Rollback rollback = Rollback.of(deployment.known(), begun, lastChangedNothing);
    if (cause instanceof Cause.Failure) {
      events.add(deployment.tell().failed(cause.phase(), cause.reason(), cause.advice()));
    }
    if (rollback.scope() != null) {
      events.add(
          deployment
              .tell()
              .rollbackTriggered(
                  deployment.known(),
                  rollback.scope(),
                  cause,
                  deployment.risksOf(rollback.restored())));
    }
    RollingBack undo =
        new RollingBack(cause, rollback.scope(), rollback.steps(), 0, 1, now, now, now);
    if (rollback.steps().isEmpty()) {
      return new Retreat(deployment, undo).undone(events, now);
    }
    Deployment next = deployment.in(undo);
    events.addAll(next.questionsOfStep());
    return new Decision(next, events);
  }

  /** When it is given up. */
  static Instant deadline(RollingBack undo) {
    return undo.triggeredAt().plus(DEADLINE);
  }

  Decision on(Fact fact, Instant now) {
    return switch (fact) {
      case Fact.StepEnded(boolean undoing, int step, StepResult result)
          when undoing && step == undo.step() ->
          stepEnded(result, now);
      case Fact.RestoreCompleted(RestoreId restore, String detail) when awaits(restore) ->
          stepEnded(StepResult.succeeded(detail), now);
      case Fact.RestoreFailed(RestoreId restore, String reason, String advice)
          when awaits(restore) ->
          stepEnded(StepResult.failed(reason, advice), now);
      case Fact.TimePassed _ when !now.isBefore(deadline(undo)) -> tooSlow(now);
      case Fact.Approved _, Fact.Rejected _ -> throw deployment.tooLate();
      default -> deployment.unchanged();
    };
  }

  private boolean awaits(RestoreId restore) {
    return undo.current().work() instanceof Work.RestoreDatabase(DatabaseId database)
        && restore.equals(deployment.restoreOf(undo, database));
  }

  private Decision tooSlow(Instant now) {
    String reason =
        "the rollback did not finish within %s; it is at step %s"
            .formatted(DEADLINE, undo.current().name());
    return notUndone(reason, null, new ArrayList<>(), now);
  }

  private Decision stepEnded(StepResult result, Instant now) {
    Step step = undo.current();
    Deployment after = counted(result).with(step, undo.since(), result, now);
    List<Event> events = new ArrayList<>(result.seen());
    events.add(after.tell().stepCompleted(after.history().getLast()));
    Retreat then = new Retreat(after, undo);
    if (result instanceof StepResult.Failed failed) {
      return then.again(failed, events, now);
    }
    if (undo.step() + 1 == undo.steps().size()) {
      return then.undone(events, now);
    }
    return then.goTo(undo.at(undo.step() + 1, 1, now, now), events);
  }

  private Deployment counted(StepResult result) {
    return result instanceof StepResult.Counted(DataAtRisk risk, String _)
        ? deployment.knowing(risk)
        : deployment;
  }

  private Decision again(StepResult.Failed failed, List<Event> events, Instant now) {
    if (undo.attempt() == ATTEMPTS) {
      return notUndone(failed.detail(), failed.advice(), events, now);
    }
    Instant notBefore = now.plus(PAUSE.multipliedBy(undo.attempt()));
    return goTo(undo.at(undo.step(), undo.attempt() + 1, notBefore, now), events);
  }

  private Decision goTo(RollingBack state, List<Event> events) {
    Deployment next = deployment.in(state);
    events.addAll(next.questionsOfStep());
    return new Decision(next, events);
  }

  private Decision undone(List<Event> events, Instant now) {
    if (undo.scope() != null) {
      events.add(
          deployment
              .tell()
              .rollbackCompleted(
                  deployment.known(),
                  undo.scope(),
                  undo.triggeredAt(),
                  keptData(),
                  deployment.risksOf(Rollback.restoredBy(undo.steps())),
                  now));
    }
    return switch (undo.cause()) {
      case Cause.Cancellation(Phase _, var by, String comment) -> {
        events.add(deployment.tell().cancelled(by, comment));
        yield new Decision(deployment.endedIn(new Cancelled(by, comment), now), events);
      }
      case Cause.Failure(Phase phase, String reason, String advice) ->
          new Decision(
              deployment.endedIn(
                  undo.scope() == null
                      ? new Failed(phase, reason, advice)
                      : new RolledBack(phase, reason, advice),
                  now),
              events);
    };
  }

  /** What the restores said of the databases they replaced; absent when there were none. */
  private @Nullable String keptData() {
    List<Step> restores =
        undo.steps().stream().filter(step -> step.work() instanceof Work.RestoreDatabase).toList();
    String kept =
        deployment.history().stream()
            .filter(done -> restores.stream().anyMatch(done::isSuccessOf))
            .map(StepRecord::detail)
            .collect(Collectors.joining("; "));
    return kept.isEmpty() ? null : kept;
  }

  private Decision notUndone(
      String reason, @Nullable String advice, List<Event> events, Instant now) {
    String known =
        advice == null
            ? "look at the steps of this deployment, remove the obstacle, and deploy a release that is known to be good"
            : advice;
    events.add(deployment.tell().rollbackFailed(reason, known));
    String whole = "%s; and then the rollback failed: %s".formatted(undo.cause().reason(), reason);
    return new Decision(
        deployment.endedIn(new RollbackFailed(undo.cause().phase(), whole, known), now), events);
  }
}
