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
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Event;
import dev.fairlead.events.RestoreId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The way back: step after step of a {@link Rollback}, each tried several times. Pure. */
record Retreat(Deployment deployment, RollingBack undo) {

  private static final String LOOK = "look at the steps of this deployment and remove the obstacle";

  private static final int ATTEMPTS = 5;
  private static final Duration PAUSE = Duration.ofSeconds(2);

  /** A rollback that has not come to its end by then needs a person. */
  private static final Duration SHORTEST = Duration.ofMinutes(15);

  /** An estimate from a restore drill may be wrong by that much before anybody is called. */
  private static final int DOUBT = 2;

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
    PartedRoutes parted = new PartedRoutes(deployment);
    if (parted.beyondReturn()) {
      Failed failed = parted.failure(cause);
      events.add(deployment.tell().failed(failed.phase(), failed.reason(), failed.advice()));
      return new Decision(deployment.endedIn(failed, now), events);
    }
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
                  cause.reason(),
                  cause.by(),
                  deployment.risksOf(rollback.restored())));
    }
    RollingBack undo =
        new RollingBack(cause, rollback.scope(), rollback.steps(), 0, 1, now, now, now, null, null);
    if (rollback.steps().isEmpty()) {
      return new Retreat(deployment, undo).undone(events, now);
    }
    Deployment next = deployment.in(undo);
    events.addAll(next.questionsOfStep());
    return new Decision(next, events);
  }

  /** From the start, but for what is done already: whether it still holds nobody knows. */
  static Decision beginAgain(
      Deployment deployment, RollbackFailed failed, Fact.UndoRequested asked, Instant now) {
    RollingBack before = failed.givenUp();
    if (before == null) {
      return deployment.unchanged();
    }
    List<DatabaseId> left = asked.restored() ? List.of() : Rollback.restoredBy(before.remaining());
    List<Step> steps =
        before.steps().stream().filter(step -> concernsNoneBut(left, step.work())).toList();
    RollingBack undo =
        new RollingBack(
            before.cause(), before.scope(), steps, 0, 1, now, now, before.triggeredAt(), now, null);
    Deployment next = deployment.begunAgain(undo);
    List<Event> events = new ArrayList<>();
    if (undo.scope() != null) {
      events.add(
          next.tell()
              .rollbackTriggered(
                  next.known(), undo.scope(), reason(asked), asked.by(), next.risksOf(left)));
    }
    events.addAll(next.questionsOfStep());
    return new Decision(next, events);
  }

  private static boolean concernsNoneBut(List<DatabaseId> databases, Work work) {
    return switch (work) {
      case Work.RestoreDatabase(DatabaseId database) -> databases.contains(database);
      case Work.CountLoss(DatabaseId database) -> databases.contains(database);
      default -> true;
    };
  }

  private static String reason(Fact.UndoRequested asked) {
    return "%s has the rollback tried again%s%s"
        .formatted(
            asked.by(),
            asked.restored() ? ", with the databases restored by hand" : "",
            asked.reason() == null ? "" : ": " + asked.reason());
  }

  /** When it is given up; not before a restore that is under way had its time once more. */
  Instant deadline() {
    return Stream.of(undo.triggeredAt(), undo.begunAgain(), undo.heardAt())
        .filter(Objects::nonNull)
        .max(Comparator.naturalOrder())
        .orElseThrow()
        .plus(patience());
  }

  private Duration patience() {
    List<DatabaseId> restored = Rollback.restoredBy(undo.steps());
    long expected =
        deployment.dataAtRisk().stream()
            .filter(risk -> restored.contains(risk.database()))
            .map(DataAtRisk::restoreMillis)
            .filter(Objects::nonNull)
            .mapToLong(Long::longValue)
            .sum();
    Duration doubled = Duration.ofMillis(expected).multipliedBy(DOUBT);
    return doubled.compareTo(SHORTEST) > 0 ? doubled : SHORTEST;
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
      case Fact.RestoreProgressed(RestoreId restore) when awaits(restore) ->
          new Decision(deployment.in(undo.heard(now)), List.of());
      case Fact.TimePassed _ when !now.isBefore(deadline()) -> tooSlow(now);
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
            .formatted(patience(), undo.current().name());
    return notUndone(reason, null, new ArrayList<>(), now);
  }

  private Decision stepEnded(StepResult result, Instant now) {
    Step step = undo.current();
    Deployment after = counted(result).with(StepRecord.of(step, undo.since(), result, now));
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
    String whole = "%s; and then the rollback failed: %s".formatted(undo.cause().reason(), reason);
    String known =
        "%s; %s".formatted(Objects.requireNonNullElse(advice, LOOK), wayOut(deployment.id(), undo));
    events.add(deployment.tell().rollbackFailed(reason, known));
    return new Decision(
        deployment.endedIn(new RollbackFailed(undo.cause().phase(), whole, known, undo), now),
        events);
  }

  private static String wayOut(DeploymentId id, RollingBack undo) {
    String again = "then: fairlead deployments undo " + id;
    List<DatabaseId> left = Rollback.restoredBy(undo.remaining());
    return left.isEmpty()
        ? again
        : "%s (with --restored if you have restored %s yourself); until then the release before is neither started nor given traffic"
            .formatted(
                again, left.stream().map(DatabaseId::value).collect(Collectors.joining(", ")));
  }
}
