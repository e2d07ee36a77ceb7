package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.deployment.DeploymentState.Running;
import dev.fairlead.deployer.deployment.DeploymentState.Succeeded;
import dev.fairlead.deployer.plan.Step;
import dev.fairlead.deployer.plan.Work;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentEvent.Phase;
import dev.fairlead.events.DeploymentEvent.StepOutcome;
import dev.fairlead.events.Event;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The way forward: step after step of the plan, until the last one or a reason to turn. Pure. */
record Progress(Deployment deployment, Running running) {

  Decision on(Fact fact, Instant now) {
    return switch (fact) {
      case Fact.StepEnded(boolean undoing, int step, StepResult result)
          when !undoing && step == running.step() ->
          stepEnded(result, now);
      case Fact.BackupCompleted(BackupId backup, String detail)
          when awaits(backup) && proofOfStep() != ProofLevel.DRILLED ->
          stepEnded(StepResult.succeeded(detail), now);
      case Fact.BackupDrilled(BackupId backup, String detail) when awaits(backup) ->
          stepEnded(StepResult.succeeded(detail), now);
      case Fact.BackupDrillFailed(BackupId backup, String reason, String advice)
          when awaits(backup) && proofOfStep() == ProofLevel.DRILLED ->
          stepEnded(StepResult.failed(reason, advice), now);
      case Fact.BackupFailed(BackupId backup, String reason, String advice) when awaits(backup) ->
          stepEnded(StepResult.failed(reason, advice), now);
      case Fact.SomebodyWaits(var waiting, boolean goesBack)
          when step().work() instanceof Work.Bake && (goesBack ? isRollback() : yields()) ->
          stepEnded(
              StepResult.succeeded("ended early because deployment %s waits".formatted(waiting)),
              now);
      case Fact.CancelRequested(var by, String comment) ->
          turnBack(new Cause.Cancellation(step().phase(), by, comment), StepOutcome.SKIPPED, now);
      case Fact.HealthDegraded degraded when concernsThisRelease(degraded) ->
          turnBack(unhealthy(degraded), StepOutcome.FAILED, now);
      case Fact.Regressed regressed when concernsThisRelease(regressed) ->
          turnBack(worse(regressed), StepOutcome.FAILED, now);
      case Fact.TimePassed _
          when !now.isBefore(running.deadline()) && step().phase() != Phase.BAKE ->
          turnBack(tooSlow(), StepOutcome.FAILED, now);
      case Fact.Approved _, Fact.Rejected _ -> throw deployment.tooLate();
      default -> deployment.unchanged();
    };
  }

  private boolean isRollback() {
    return deployment.request().isRollback();
  }

  /** Where a person has to agree to a release, it is also watched as long as they were told. */
  private boolean yields() {
    return !deployment.known().spec().approval().required();
  }

  private boolean awaits(BackupId backup) {
    return step().work() instanceof Work.BackUp(DatabaseId database)
        && backup.equals(deployment.backupOf(database));
  }

  private ProofLevel proofOfStep() {
    return step().work() instanceof Work.BackUp(DatabaseId database)
        ? deployment.proofOf(database)
        : ProofLevel.COMPLETED;
  }

  /** What was unhealthy before the new release got its first request is not its fault. */
  private boolean concernsThisRelease(Fact.HealthDegraded degraded) {
    return firstRequestAt().filter(first -> !degraded.firstFailureAt().isBefore(first)).isPresent();
  }

  /**
   * When the new release was first given traffic; where requests were held, when they were let go.
   */
  private Optional<Instant> firstRequestAt() {
    boolean held = false;
    boolean given = false;
    for (Step step : deployment.known().steps().subList(0, running.step())) {
      switch (step.work()) {
        case Work.HoldTraffic() -> held = true;
        case Work.ReleaseTraffic() -> held = false;
        case Work.ShiftTraffic shift -> given = given || shift.newInstances() > 0;
        default -> {}
      }
      if (given && !held) {
        return deployment.history().stream()
            .filter(done -> done.isOf(step))
            .map(StepRecord::startedAt)
            .findFirst();
      }
    }
    return Optional.empty();
  }

  private boolean concernsThisRelease(Fact.Regressed regressed) {
    return (regressed.deployment() == null || regressed.deployment().equals(deployment.id()))
        && concernsThisRelease(
            new Fact.HealthDegraded(regressed.target(), regressed.noticedAt(), regressed.reason()));
  }

  private Cause worse(Fact.Regressed regressed) {
    return new Cause.Failure(
        step().phase(),
        "%s became worse: %s".formatted(regressed.target(), regressed.reason()),
        "compare the new version with the one before under the same load");
  }

  private Cause unhealthy(Fact.HealthDegraded degraded) {
    return new Cause.Failure(
        step().phase(),
        "%s became unhealthy: %s".formatted(degraded.target(), degraded.reason()),
        "look at the log of the new instances");
  }

  private Cause tooSlow() {
    return new Cause.Failure(
        step().phase(),
        "the deadline of %s passed during step %s"
            .formatted(deployment.known().spec().deadline(), step().name()),
        "raise deadline in the manifest if that step may take so long");
  }

  private Decision stepEnded(StepResult result, Instant now) {
    Deployment after = deployment.with(StepRecord.of(step(), running.since(), result, now));
    List<Event> events = new ArrayList<>(result.seen());
    events.add(after.tell().stepCompleted(after.history().getLast()));
    if (result instanceof StepResult.Failed failed) {
      Cause cause = new Cause.Failure(step().phase(), failed.detail(), failed.advice());
      return Retreat.begin(after, cause, running.step() + 1, failed.changedNothing(), events, now);
    }
    if (result instanceof StepResult.Inconclusive && deployment.holdsOnDoubt()) {
      return Doubt.begin(after, running, events, now);
    }
    return new Progress(after, running).goOn(events, now);
  }

  /** To the next step, or to success after the last one. */
  Decision goOn(List<Event> events, Instant now) {
    if (running.step() + 1 == deployment.known().steps().size()) {
      Instant startedAt = Objects.requireNonNull(deployment.startedAt());
      events.addAll(
          deployment.request().takesAway()
              ? deployment.tell().removed(startedAt, now)
              : List.of(deployment.tell().succeeded(deployment, startedAt, now)));
      return new Decision(deployment.endedIn(new Succeeded(), now), events);
    }
    Deployment next = deployment.in(new Running(running.step() + 1, now, running.deadline()));
    events.addAll(next.questionsOfStep());
    return new Decision(next, events);
  }

  /** For a cause that is not the step's own end: the step is left where it is. */
  Decision turnBack(Cause cause, StepOutcome left, Instant now) {
    Deployment after =
        deployment.with(StepRecord.of(step(), running.since(), left, cause.reason(), now));
    List<Event> events = new ArrayList<>();
    events.add(after.tell().stepCompleted(after.history().getLast()));
    return Retreat.begin(after, cause, running.step() + 1, false, events, now);
  }

  private Step step() {
    return deployment.step(running);
  }
}
