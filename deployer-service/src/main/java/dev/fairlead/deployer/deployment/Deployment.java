package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.deployment.DeploymentState.AwaitingApproval;
import dev.fairlead.deployer.deployment.DeploymentState.Cancelled;
import dev.fairlead.deployer.deployment.DeploymentState.Failed;
import dev.fairlead.deployer.deployment.DeploymentState.Held;
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
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentEvent.Approval;
import dev.fairlead.events.DeploymentEvent.DataAtRisk;
import dev.fairlead.events.DeploymentEvent.Phase;
import dev.fairlead.events.DeploymentEvent.ServingInstance;
import dev.fairlead.events.DeploymentEvent.StepOutcome;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Event;
import dev.fairlead.events.Place;
import dev.fairlead.events.RestoreId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One deployment, from its request to its end. What follows from a fact is decided here, in {@link
 * Admission}, {@link Progress}, {@link Doubt} and {@link Retreat}, and nowhere else, without a
 * clock and without touching anything; {@link DeploymentRunner} does the rest.
 *
 * @param plan absent until it is made
 * @param history the steps that have ended, those of a rollback included
 * @param dataAtRisk the databases that undoing it restores, with what is known by now
 * @param approvals of its plan, in their order
 */
public record Deployment(
    Request request,
    @Nullable Plan plan,
    DeploymentState state,
    List<StepRecord> history,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    List<DataAtRisk> dataAtRisk,
    List<Approval> approvals) {

  /** Records of earlier versions of Fairlead lack what came later. */
  public Deployment {
    dataAtRisk = List.copyOf(Objects.requireNonNullElse(dataAtRisk, List.of()));
    approvals = List.copyOf(Objects.requireNonNullElse(approvals, List.of()));
  }

  public static Deployment requested(Request request) {
    return new Deployment(
        request, null, new Planning(null, null), List.of(), null, null, List.of(), List.of());
  }

  public DeploymentId id() {
    return request.id();
  }

  public Place place() {
    return request.place();
  }

  /** When it has to be over; never, as far as nobody has set a time. */
  Instant deadline() {
    return state instanceof Running running ? running.deadline() : Instant.MAX;
  }

  /** What is to be done now. */
  public Action action(Instant now) {
    return switch (state) {
      case Planning _ -> new Action.MakePlan();
      case AwaitingApproval waiting -> new Action.Wait(waiting.expiresAt());
      case Queued _ -> new Action.TakeTurn();
      case Running running ->
          step(running).work().answeredByEvent()
              ? new Action.Wait(running.deadline())
              : new Action.Perform(false, running.step(), step(running), running.since());
      case Held held -> new Action.Wait(held.expiresAt());
      case RollingBack undo when now.isBefore(undo.notBefore()) ->
          new Action.Wait(undo.notBefore());
      case RollingBack undo when undo.current().work().answeredByEvent() ->
          new Action.Wait(new Retreat(this, undo).deadline());
      case RollingBack undo -> new Action.Perform(true, undo.step(), undo.current(), undo.since());
      case Succeeded _, Failed _, Rejected _, Cancelled _, RolledBack _, RollbackFailed _ ->
          new Action.End();
    };
  }

  /**
   * @throws ApprovalRefused for an approval or rejection that does not count
   */
  public Decision on(Fact fact, Instant now) {
    return switch (state) {
      case Planning planning -> new Admission(this).whilePlanning(planning, fact, now);
      case AwaitingApproval waiting ->
          new Admission(this).whileAwaitingApproval(waiting, fact, now);
      case Queued queued -> new Admission(this).whileQueued(queued, fact, now);
      case Running running -> new Progress(this, running).on(fact, now);
      case Held held -> new Doubt(this, held).on(fact, now);
      case RollingBack undo -> new Retreat(this, undo).on(fact, now);
      case RollbackFailed failed when fact instanceof Fact.UndoRequested asked ->
          Retreat.beginAgain(this, failed, asked, now);
      case Succeeded _, Failed _, Rejected _, Cancelled _, RolledBack _, RollbackFailed _ ->
          onceEnded(fact);
    };
  }

  private Decision onceEnded(Fact fact) {
    return switch (fact) {
      case Fact.Approved _, Fact.Rejected _ -> throw tooLate();
      default -> unchanged();
    };
  }

  /** What a step that another service does asks it for. */
  List<Event> questionsOfStep() {
    return switch (state) {
      case Running running when step(running).work() instanceof Work.BackUp(DatabaseId database) ->
          List.of(tell().backupRequested(backupOf(database), database, proofOf(database)));
      case RollingBack undo
          when undo.current().work() instanceof Work.RestoreDatabase(DatabaseId database) ->
          List.of(tell().restoreRequested(restoreOf(undo, database), database, backupOf(database)));
      default -> List.of();
    };
  }

  /** The backup of this deployment: the same id however often it is asked for. */
  BackupId backupOf(DatabaseId database) {
    return new BackupId(derived("backup:%s:%s".formatted(id(), database)));
  }

  /** How far the backup of this database has to be proved before the deployment goes on. */
  ProofLevel proofOf(DatabaseId database) {
    return known().spec().databases().stream()
        .filter(known -> known.id().equals(database))
        .map(known -> known.backup().proof())
        .findFirst()
        .orElse(ProofLevel.COMPLETED);
  }

  RestoreId restoreOf(RollingBack undo, DatabaseId database) {
    String again = undo.begunAgain() == null ? "" : ":" + undo.begunAgain();
    return new RestoreId(
        derived("restore:%s:%s:%d%s".formatted(id(), database, undo.attempt(), again)));
  }

  private static UUID derived(String text) {
    return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The backups that this deployment has asked for and got. */
  public List<BackupId> backups() {
    return plan == null
        ? List.of()
        : plan.steps().stream()
            .filter(step -> history.stream().anyMatch(done -> done.isSuccessOf(step)))
            .map(Step::work)
            .<BackupId>mapMulti(
                (work, next) -> {
                  if (work instanceof Work.BackUp(DatabaseId database)) {
                    next.accept(backupOf(database));
                  }
                })
            .toList();
  }

  /** What its instances were last seen to be and to get; empty before anybody looked. */
  List<ServingInstance> evidence() {
    return history.reversed().stream()
        .map(StepRecord::evidence)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(List.of());
  }

  /** Whether a check of the gates has ended it. */
  boolean blocked() {
    return state instanceof Failed
        && plan != null
        && plan.steps().stream()
            .filter(step -> step.work() instanceof Work.CheckGates)
            .anyMatch(
                gates ->
                    history.stream()
                        .anyMatch(
                            done -> done.isOf(gates) && done.outcome() == StepOutcome.FAILED));
  }

  /** The phase it is in, or was in when it ended. */
  public Optional<Phase> phase() {
    return switch (state) {
      case Running running -> Optional.of(step(running).phase());
      case Held held -> Optional.of(known().steps().get(held.step()).phase());
      case RollingBack undo -> Optional.of(undo.cause().phase());
      default -> history.isEmpty() ? Optional.empty() : Optional.of(history.getLast().phase());
    };
  }

  /**
   * Whether a person is asked when a measurement cannot tell. A first release has nothing to be
   * compared with and nobody who uses it; a rollback must not wait.
   */
  boolean holdsOnDoubt() {
    return known().previous() != null && !request.isRollback() && known().spec().holdsOnDoubt();
  }

  Step step(Running running) {
    return known().steps().get(running.step());
  }

  /** The plan, in a state that cannot be reached without one. */
  Plan known() {
    return Objects.requireNonNull(plan, "no plan in state " + state.word());
  }

  Announcements tell() {
    return new Announcements(request);
  }

  Deployment planned(Plan made, List<DataAtRisk> risks) {
    return new Deployment(request, made, state, history, startedAt, endedAt, risks, approvals);
  }

  /** With these approvals of its plan, and no others. */
  Deployment approved(List<Approval> given) {
    return new Deployment(request, plan, state, history, startedAt, endedAt, dataAtRisk, given);
  }

  /** With what was found out about one database. */
  Deployment knowing(DataAtRisk risk) {
    List<DataAtRisk> risks = new ArrayList<>(dataAtRisk);
    risks.removeIf(known -> known.database().equals(risk.database()));
    risks.add(risk);
    return new Deployment(request, plan, state, history, startedAt, endedAt, risks, approvals);
  }

  /** What is known of these databases, with the moment since which their backup lacks writes. */
  List<DataAtRisk> risksOf(List<DatabaseId> databases) {
    return new Risks(this).of(databases);
  }

  Deployment startedAt(Instant now) {
    return new Deployment(request, plan, state, history, now, null, dataAtRisk, approvals);
  }

  Deployment with(StepRecord step) {
    List<StepRecord> longer = new ArrayList<>(history);
    longer.add(step);
    return new Deployment(
        request, plan, state, List.copyOf(longer), startedAt, endedAt, dataAtRisk, approvals);
  }

  Deployment in(DeploymentState next) {
    return new Deployment(request, plan, next, history, startedAt, endedAt, dataAtRisk, approvals);
  }

  Deployment endedIn(DeploymentState end, Instant now) {
    return new Deployment(request, plan, end, history, startedAt, now, dataAtRisk, approvals);
  }

  /** After its end: a person wants it undone once more. */
  Deployment begunAgain(RollingBack undo) {
    return new Deployment(request, plan, undo, history, startedAt, null, dataAtRisk, approvals);
  }

  Decision ended(DeploymentState end, Instant now, Event event) {
    return new Decision(endedIn(end, now), List.of(event));
  }

  Decision unchanged() {
    return new Decision(this, List.of());
  }

  ApprovalRefused tooLate() {
    return new ApprovalRefused(
        "the deployment is %s and awaits no approval".formatted(state.word()),
        "see how it went: fairlead deployments show " + id());
  }
}
