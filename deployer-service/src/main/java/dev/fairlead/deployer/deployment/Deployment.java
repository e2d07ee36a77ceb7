package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.deployment.DeploymentState.AwaitingApproval;
import dev.fairlead.deployer.deployment.DeploymentState.Cancelled;
import dev.fairlead.deployer.deployment.DeploymentState.Failed;
import dev.fairlead.deployer.deployment.DeploymentState.Planning;
import dev.fairlead.deployer.deployment.DeploymentState.Queued;
import dev.fairlead.deployer.deployment.DeploymentState.Rejected;
import dev.fairlead.deployer.deployment.DeploymentState.RollbackFailed;
import dev.fairlead.deployer.deployment.DeploymentState.RolledBack;
import dev.fairlead.deployer.deployment.DeploymentState.RollingBack;
import dev.fairlead.deployer.deployment.DeploymentState.Running;
import dev.fairlead.deployer.deployment.DeploymentState.Succeeded;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.Request;
import dev.fairlead.deployer.plan.Step;
import dev.fairlead.deployer.plan.Work;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentEvent.Phase;
import dev.fairlead.events.DeploymentEvent.StepOutcome;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Event;
import dev.fairlead.events.Place;
import dev.fairlead.events.PlanHash;
import dev.fairlead.events.RestoreId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One deployment, from its request to its end. What follows from a fact is decided here and only
 * here, without a clock and without touching anything; {@link DeploymentRunner} does the rest.
 *
 * @param plan absent until it is made
 * @param history the steps that have ended, those of a rollback included
 */
public record Deployment(
    Request request,
    @Nullable Plan plan,
    DeploymentState state,
    List<StepRecord> history,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt) {

  private static final int UNDO_ATTEMPTS = 5;
  private static final Duration UNDO_PAUSE = Duration.ofSeconds(2);

  /** A rollback that has not come to its end by then needs a person. */
  private static final Duration UNDO_DEADLINE = Duration.ofMinutes(15);

  public static Deployment requested(Request request) {
    return new Deployment(request, null, new Planning(null), List.of(), null, null);
  }

  public DeploymentId id() {
    return request.id();
  }

  public Place place() {
    return request.place();
  }

  /** What is to be done now. */
  public Action action(Instant now) {
    return switch (state) {
      case Planning _ -> new Action.MakePlan();
      case AwaitingApproval(Instant expiresAt) -> new Action.Wait(expiresAt);
      case Queued _ -> new Action.TakeTurn();
      case Running running ->
          step(running).work().answeredByEvent()
              ? new Action.Wait(running.deadline())
              : new Action.Perform(false, running.step(), step(running), running.since());
      case RollingBack undo when now.isBefore(undo.notBefore()) ->
          new Action.Wait(undo.notBefore());
      case RollingBack undo when step(undo).work().answeredByEvent() ->
          new Action.Wait(deadline(undo));
      case RollingBack undo -> new Action.Perform(true, undo.step(), step(undo), undo.since());
      case Succeeded _, Failed _, Rejected _, Cancelled _, RolledBack _, RollbackFailed _ ->
          new Action.End();
    };
  }

  /**
   * @throws ApprovalRefused for an approval or rejection that does not count
   */
  public Decision on(Fact fact, Instant now) {
    return switch (state) {
      case Planning planning -> whilePlanning(planning, fact, now);
      case AwaitingApproval waiting -> whileAwaitingApproval(waiting, fact, now);
      case Queued queued -> whileQueued(queued, fact, now);
      case Running running -> whileRunning(running, fact, now);
      case RollingBack undo -> whileRollingBack(undo, fact, now);
      case Succeeded _, Failed _, Rejected _, Cancelled _, RolledBack _, RollbackFailed _ ->
          onceEnded(fact);
    };
  }

  private Decision whilePlanning(Planning planning, Fact fact, Instant now) {
    return switch (fact) {
      case Fact.Planned(Plan made) -> planned(made, planning.approved(), now);
      case Fact.PlanRefused(String reason, String advice) -> failedBeforeStart(reason, advice, now);
      case Fact.CancelRequested cancel -> cancelledBeforeStart(cancel, now);
      case Fact.Approved _, Fact.Rejected _ -> throw tooEarly();
      default -> unchanged();
    };
  }

  private Decision planned(Plan made, @Nullable PlanHash approved, Instant now) {
    boolean asks =
        made.spec().approval().required() && !request.isRollback() && !made.hash().equals(approved);
    Deployment next =
        new Deployment(
            request,
            made,
            asks
                ? new AwaitingApproval(now.plus(made.spec().approval().expiresAfter()))
                : new Queued(approved, 0),
            history,
            startedAt,
            endedAt);
    List<Event> events = new ArrayList<>(List.of(next.tell().planned(made)));
    if (asks) {
      events.add(next.tell().approvalRequested(made, now));
    }
    return new Decision(next, events);
  }

  private Decision whileAwaitingApproval(AwaitingApproval waiting, Fact fact, Instant now) {
    return switch (fact) {
      case Fact.Approved approval -> approved(approval);
      case Fact.Rejected(var by, String reason) ->
          ended(new Rejected(reason), now, tell().rejected(by, reason));
      case Fact.CancelRequested cancel -> cancelledBeforeStart(cancel, now);
      case Fact.TimePassed _ when !now.isBefore(waiting.expiresAt()) -> nobodyApproved(now);
      default -> unchanged();
    };
  }

  private Decision approved(Fact.Approved approval) {
    if (request.isFrom(approval.by())) {
      throw new ApprovalRefused(
          "%s requested this deployment and cannot approve it".formatted(approval.by()),
          "ask another person with the role approver");
    }
    if (!approval.planHash().equals(known().hash())) {
      throw new ApprovalRefused(
          "the approval is for plan %s, but the plan is %s"
              .formatted(approval.planHash(), known().hash()),
          "look at the plan as it is now, and approve that one");
    }
    return new Decision(
        in(new Queued(approval.planHash(), 0)),
        List.of(tell().approved(approval.planHash(), approval.by(), approval.comment())));
  }

  private Decision nobodyApproved(Instant now) {
    String reason =
        "nobody approved it within %s".formatted(known().spec().approval().expiresAfter());
    return ended(new Rejected(reason), now, tell().rejected(Cause.FAIRLEAD, reason));
  }

  private Decision whileQueued(Queued queued, Fact fact, Instant now) {
    return switch (fact) {
      case Fact.TurnCame(var serving) -> turnCame(queued, serving, now);
      case Fact.TurnIsFar(int position, var behind) ->
          position == queued.position()
              ? unchanged()
              : new Decision(
                  in(new Queued(queued.approved(), position)),
                  List.of(tell().queued(position, behind)));
      case Fact.CancelRequested cancel -> cancelledBeforeStart(cancel, now);
      case Fact.Approved _, Fact.Rejected _ -> throw tooLate();
      default -> unchanged();
    };
  }

  private Decision turnCame(Queued queued, @Nullable DeploymentId serving, Instant now) {
    Plan.Previous previous = known().previous();
    if (!Objects.equals(previous == null ? null : previous.release(), serving)) {
      // what it was going to replace is gone, so it would roll back to the wrong release
      return new Decision(in(new Planning(queued.approved())), List.of());
    }
    Deployment started =
        new Deployment(
            request,
            plan,
            new Running(0, now, now.plus(known().spec().deadline())),
            history,
            now,
            null);
    List<Event> events = new ArrayList<>(List.of(tell().started(known())));
    events.addAll(started.questionsOfStep());
    return new Decision(started, events);
  }

  private Decision whileRunning(Running running, Fact fact, Instant now) {
    return switch (fact) {
      case Fact.StepEnded(boolean undoing, int step, StepResult result)
          when !undoing && step == running.step() ->
          stepEnded(running, result, now);
      case Fact.BackupCompleted(BackupId backup, String detail)
          when step(running).work() instanceof Work.BackUp(DatabaseId database)
              && backup.equals(backupOf(database)) ->
          stepEnded(running, StepResult.succeeded(detail), now);
      case Fact.BackupFailed(BackupId backup, String reason, String advice)
          when step(running).work() instanceof Work.BackUp(DatabaseId database)
              && backup.equals(backupOf(database)) ->
          stepEnded(running, StepResult.failed(reason, advice), now);
      case Fact.SomebodyWaits(var waiting) when step(running).work() instanceof Work.Bake ->
          stepEnded(
              running,
              StepResult.succeeded("ended early because deployment %s waits".formatted(waiting)),
              now);
      case Fact.CancelRequested(var by, String comment) ->
          undo(
              running,
              new Cause.Cancellation(step(running).phase(), by, comment),
              StepOutcome.SKIPPED,
              now);
      case Fact.HealthDegraded degraded when concernsThisRelease(running, degraded) ->
          undo(
              running,
              new Cause.Failure(
                  step(running).phase(),
                  "%s became unhealthy: %s".formatted(degraded.target(), degraded.reason()),
                  "look at the log of the new instances"),
              StepOutcome.FAILED,
              now);
      case Fact.TimePassed _
          when !now.isBefore(running.deadline()) && step(running).phase() != Phase.BAKE ->
          undo(
              running,
              new Cause.Failure(
                  step(running).phase(),
                  "the deadline of %s passed during step %s"
                      .formatted(known().spec().deadline(), step(running).name()),
                  "raise deadline in the manifest if that step may take so long"),
              StepOutcome.FAILED,
              now);
      case Fact.Approved _, Fact.Rejected _ -> throw tooLate();
      default -> unchanged();
    };
  }

  /** What was unhealthy before the new release got its first request is not its fault. */
  private boolean concernsThisRelease(Running running, Fact.HealthDegraded degraded) {
    Phase phase = step(running).phase();
    return (phase == Phase.VERIFY || phase == Phase.BAKE)
        && startedAt != null
        && !degraded.firstFailureAt().isBefore(startedAt);
  }

  private Decision stepEnded(Running running, StepResult result, Instant now) {
    Step step = step(running);
    Deployment after = with(step, running.since(), outcomeOf(result), result.detail(), now);
    List<Event> events = new ArrayList<>(result.seen());
    events.add(after.tell().stepCompleted(after.history.getLast()));
    if (result instanceof StepResult.Failed failed) {
      Cause cause = new Cause.Failure(step.phase(), failed.detail(), failed.advice());
      return after.undoing(cause, running.step() + 1, failed.changedNothing(), events, now);
    }
    if (running.step() + 1 == known().steps().size()) {
      events.add(tell().succeeded(known(), Objects.requireNonNull(startedAt), now));
      return new Decision(after.endedIn(new Succeeded(), now), events);
    }
    Deployment next = after.in(new Running(running.step() + 1, now, running.deadline()));
    events.addAll(next.questionsOfStep());
    return new Decision(next, events);
  }

  /** For a cause that is not the step's own end: the step is left where it is. */
  private Decision undo(Running running, Cause cause, StepOutcome left, Instant now) {
    Deployment after = with(step(running), running.since(), left, cause.reason(), now);
    List<Event> events = new ArrayList<>();
    events.add(after.tell().stepCompleted(after.history.getLast()));
    return after.undoing(cause, running.step() + 1, false, events, now);
  }

  private Decision undoing(
      Cause cause, int begun, boolean lastChangedNothing, List<Event> events, Instant now) {
    Rollback rollback = Rollback.of(known(), begun, lastChangedNothing);
    if (cause instanceof Cause.Failure) {
      events.add(tell().failed(cause.phase(), cause.reason(), cause.advice()));
    }
    if (rollback.scope() != null) {
      events.add(tell().rollbackTriggered(known(), rollback.scope(), cause));
    }
    RollingBack undo =
        new RollingBack(cause, rollback.scope(), rollback.steps(), 0, 1, now, now, now);
    if (rollback.steps().isEmpty()) {
      return undone(undo, events, now);
    }
    Deployment next = in(undo);
    events.addAll(next.questionsOfStep());
    return new Decision(next, events);
  }

  private Decision whileRollingBack(RollingBack undo, Fact fact, Instant now) {
    return switch (fact) {
      case Fact.StepEnded(boolean undoing, int step, StepResult result)
          when undoing && step == undo.step() ->
          undoStepEnded(undo, result, now);
      case Fact.RestoreCompleted(RestoreId restore, String detail) when isRestore(undo, restore) ->
          undoStepEnded(undo, StepResult.succeeded(detail), now);
      case Fact.RestoreFailed(RestoreId restore, String reason, String advice)
          when isRestore(undo, restore) ->
          undoStepEnded(undo, StepResult.failed(reason, advice), now);
      case Fact.TimePassed _ when !now.isBefore(deadline(undo)) ->
          notUndone(
              undo,
              "the rollback did not finish within %s; it is at step %s"
                  .formatted(UNDO_DEADLINE, step(undo).name()),
              null,
              new ArrayList<>(),
              now);
      case Fact.Approved _, Fact.Rejected _ -> throw tooLate();
      default -> unchanged();
    };
  }

  private Decision undoStepEnded(RollingBack undo, StepResult result, Instant now) {
    Step step = step(undo);
    Deployment after = with(step, undo.since(), outcomeOf(result), result.detail(), now);
    List<Event> events = new ArrayList<>(result.seen());
    events.add(after.tell().stepCompleted(after.history.getLast()));
    if (result instanceof StepResult.Failed failed) {
      return after.again(undo, failed, events, now);
    }
    if (undo.step() + 1 == undo.steps().size()) {
      return after.undone(undo, events, now);
    }
    Deployment next = after.in(at(undo, undo.step() + 1, 1, now, now));
    events.addAll(next.questionsOfStep());
    return new Decision(next, events);
  }

  private Decision again(
      RollingBack undo, StepResult.Failed failed, List<Event> events, Instant now) {
    if (undo.attempt() == UNDO_ATTEMPTS) {
      return notUndone(undo, failed.detail(), failed.advice(), events, now);
    }
    Instant notBefore = now.plus(UNDO_PAUSE.multipliedBy(undo.attempt()));
    Deployment next = in(at(undo, undo.step(), undo.attempt() + 1, notBefore, now));
    events.addAll(next.questionsOfStep());
    return new Decision(next, events);
  }

  private static RollingBack at(
      RollingBack undo, int step, int attempt, Instant notBefore, Instant since) {
    return new RollingBack(
        undo.cause(),
        undo.scope(),
        undo.steps(),
        step,
        attempt,
        notBefore,
        since,
        undo.triggeredAt());
  }

  private Decision undone(RollingBack undo, List<Event> events, Instant now) {
    Cause cause = undo.cause();
    if (undo.scope() != null) {
      events.add(tell().rollbackCompleted(known(), undo.scope(), undo.triggeredAt(), now));
    }
    DeploymentState end =
        switch (cause) {
          case Cause.Cancellation(Phase _, var by, String comment) -> {
            events.add(tell().cancelled(by, comment));
            yield new Cancelled(by, comment);
          }
          case Cause.Failure(Phase phase, String reason, String advice) ->
              undo.scope() == null
                  ? new Failed(phase, reason, advice)
                  : new RolledBack(phase, reason, advice);
        };
    return new Decision(endedIn(end, now), events);
  }

  private Decision notUndone(
      RollingBack undo, String reason, @Nullable String advice, List<Event> events, Instant now) {
    String known =
        advice == null
            ? "look at the steps of this deployment, remove the obstacle, and deploy a release that is known to be good"
            : advice;
    events.add(tell().rollbackFailed(reason, known));
    String whole = "%s; and then the rollback failed: %s".formatted(undo.cause().reason(), reason);
    return new Decision(
        endedIn(new RollbackFailed(undo.cause().phase(), whole, known), now), events);
  }

  private Decision onceEnded(Fact fact) {
    return switch (fact) {
      case Fact.Approved _, Fact.Rejected _ -> throw tooLate();
      default -> unchanged();
    };
  }

  private Decision failedBeforeStart(String reason, @Nullable String advice, Instant now) {
    return ended(
        new Failed(Phase.PREFLIGHT, reason, advice),
        now,
        tell().failed(Phase.PREFLIGHT, reason, advice));
  }

  private Decision cancelledBeforeStart(Fact.CancelRequested cancel, Instant now) {
    return ended(
        new Cancelled(cancel.by(), cancel.reason()),
        now,
        tell().cancelled(cancel.by(), cancel.reason()));
  }

  /** What a step that another service does asks it for. */
  private List<Event> questionsOfStep() {
    return switch (state) {
      case Running running when step(running).work() instanceof Work.BackUp(DatabaseId database) ->
          List.of(tell().backupRequested(backupOf(database), database));
      case RollingBack undo
          when step(undo).work() instanceof Work.RestoreDatabase(DatabaseId database) ->
          List.of(tell().restoreRequested(restoreOf(undo, database), database, backupOf(database)));
      default -> List.of();
    };
  }

  /** The backup of this deployment: the same id however often it is asked for. */
  BackupId backupOf(DatabaseId database) {
    return new BackupId(derived("backup:%s:%s".formatted(id(), database)));
  }

  private RestoreId restoreOf(RollingBack undo, DatabaseId database) {
    return new RestoreId(derived("restore:%s:%s:%d".formatted(id(), database, undo.attempt())));
  }

  private boolean isRestore(RollingBack undo, RestoreId restore) {
    return step(undo).work() instanceof Work.RestoreDatabase(DatabaseId database)
        && restore.equals(restoreOf(undo, database));
  }

  private static UUID derived(String text) {
    return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The backups that this deployment has asked for and got. */
  public List<BackupId> backups() {
    return plan == null
        ? List.of()
        : plan.steps().stream()
            .filter(step -> history.stream().anyMatch(done -> isSuccessOf(done, step)))
            .map(Step::work)
            .<BackupId>mapMulti(
                (work, next) -> {
                  if (work instanceof Work.BackUp(DatabaseId database)) {
                    next.accept(backupOf(database));
                  }
                })
            .toList();
  }

  private static boolean isSuccessOf(StepRecord done, Step step) {
    return done.outcome() == StepOutcome.SUCCEEDED
        && done.phase() == step.phase()
        && done.name().equals(step.name());
  }

  /** The phase it is in, or was in when it ended. */
  public Optional<Phase> phase() {
    return switch (state) {
      case Running running -> Optional.of(step(running).phase());
      case RollingBack undo -> Optional.of(undo.cause().phase());
      default -> history.isEmpty() ? Optional.empty() : Optional.of(history.getLast().phase());
    };
  }

  private static StepOutcome outcomeOf(StepResult result) {
    return switch (result) {
      case StepResult.Succeeded _ -> StepOutcome.SUCCEEDED;
      case StepResult.Inconclusive _ -> StepOutcome.INCONCLUSIVE;
      case StepResult.Failed _ -> StepOutcome.FAILED;
    };
  }

  private Deployment with(
      Step step, Instant since, StepOutcome outcome, String detail, Instant now) {
    List<StepRecord> longer = new ArrayList<>(history);
    longer.add(
        new StepRecord(
            step.phase(),
            step.name(),
            outcome,
            detail,
            since,
            Math.max(0, Duration.between(since, now).toMillis())));
    return new Deployment(request, plan, state, List.copyOf(longer), startedAt, endedAt);
  }

  private Deployment in(DeploymentState next) {
    return new Deployment(request, plan, next, history, startedAt, endedAt);
  }

  private Deployment endedIn(DeploymentState end, Instant now) {
    return new Deployment(request, plan, end, history, startedAt, now);
  }

  private Decision ended(DeploymentState end, Instant now, Event event) {
    return new Decision(endedIn(end, now), List.of(event));
  }

  private Decision unchanged() {
    return new Decision(this, List.of());
  }

  private Announcements tell() {
    return new Announcements(request);
  }

  private Step step(Running running) {
    return known().steps().get(running.step());
  }

  private static Step step(RollingBack undo) {
    return undo.steps().get(undo.step());
  }

  private static Instant deadline(RollingBack undo) {
    return undo.triggeredAt().plus(UNDO_DEADLINE);
  }

  /** The plan, in a state that cannot be reached without one. */
  private Plan known() {
    return Objects.requireNonNull(plan, "no plan in state " + state.word());
  }

  private static ApprovalRefused tooEarly() {
    return new ApprovalRefused(
        "the plan is still being made", "try again when the deployment awaits approval");
  }

  private ApprovalRefused tooLate() {
    return new ApprovalRefused(
        "the deployment is %s and awaits no approval".formatted(state.word()),
        "nothing is to be done");
  }
}
