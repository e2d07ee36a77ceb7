package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.Request;
import dev.fairlead.deployer.plan.Step;
import dev.fairlead.events.Actor;
import dev.fairlead.events.ApplicationEvent.ApplicationRemoved;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupEvent.RestoreRequested;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentEvent.Approval;
import dev.fairlead.events.DeploymentEvent.ApprovalRequested;
import dev.fairlead.events.DeploymentEvent.DataAtRisk;
import dev.fairlead.events.DeploymentEvent.DeployApproved;
import dev.fairlead.events.DeploymentEvent.DeployCancelled;
import dev.fairlead.events.DeploymentEvent.DeployFailed;
import dev.fairlead.events.DeploymentEvent.DeployHeld;
import dev.fairlead.events.DeploymentEvent.DeployPlanned;
import dev.fairlead.events.DeploymentEvent.DeployQueued;
import dev.fairlead.events.DeploymentEvent.DeployRejected;
import dev.fairlead.events.DeploymentEvent.DeployStarted;
import dev.fairlead.events.DeploymentEvent.DeployStepCompleted;
import dev.fairlead.events.DeploymentEvent.DeploySucceeded;
import dev.fairlead.events.DeploymentEvent.Phase;
import dev.fairlead.events.DeploymentEvent.RemovalCompleted;
import dev.fairlead.events.DeploymentEvent.RollbackCompleted;
import dev.fairlead.events.DeploymentEvent.RollbackFailed;
import dev.fairlead.events.DeploymentEvent.RollbackScope;
import dev.fairlead.events.DeploymentEvent.RollbackTriggered;
import dev.fairlead.events.DeploymentEvent.ServingInstance;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Event;
import dev.fairlead.events.PlanHash;
import dev.fairlead.events.RestoreId;
import dev.fairlead.events.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The events of one deployment, in the words of the catalogue. */
record Announcements(Request request) {

  Event planned(Plan plan) {
    return new DeployPlanned(
        id(),
        application(),
        environment(),
        request.version(),
        plan.hash(),
        plan.digest(),
        plan.steps().stream().map(Step::planned).toList());
  }

  Event approvalRequested(Plan plan, List<DataAtRisk> risks, Instant now) {
    return new ApprovalRequested(
        id(),
        application(),
        environment(),
        request.version(),
        plan.hash(),
        plan.digest(),
        request.requestedBy(),
        now.plus(plan.spec().approval().expiresAfter()),
        unlessNone(risks),
        request.removal());
  }

  /**
   * @param approvals at least one
   */
  Event approved(PlanHash hash, List<Approval> approvals) {
    Approval last = approvals.getLast();
    return new DeployApproved(
        id(), application(), environment(), hash, last.approvedBy(), last.comment(), approvals);
  }

  Event rejected(Actor by, String reason) {
    return new DeployRejected(id(), application(), environment(), by, reason);
  }

  Event queued(int position, DeploymentId behind) {
    return new DeployQueued(
        id(), application(), environment(), request.version(), position, behind);
  }

  Event started(Plan plan) {
    Plan.Previous previous = plan.previous();
    return new DeployStarted(
        id(),
        application(),
        environment(),
        request.version(),
        previous == null ? null : previous.version(),
        plan.hash(),
        request.takesAway() ? "remove" : plan.spec().strategy().name(),
        request.removal());
  }

  Event stepCompleted(StepRecord step) {
    return new DeployStepCompleted(
        id(),
        application(),
        environment(),
        step.phase(),
        step.name(),
        step.outcome(),
        step.detail(),
        step.durationMillis());
  }

  Event held(StepRecord step, Instant expiresAt) {
    return new DeployHeld(
        id(),
        application(),
        environment(),
        request.version(),
        step.phase(),
        step.name(),
        step.detail(),
        expiresAt);
  }

  Event succeeded(Deployment deployment, Instant startedAt, Instant now) {
    List<ServingInstance> seen = deployment.evidence();
    return new DeploySucceeded(
        id(),
        application(),
        environment(),
        request.version(),
        seen.isEmpty() ? deployment.known().digest() : seen.getFirst().digest(),
        Duration.between(startedAt, now).toMillis(),
        seen);
  }

  /** The end of the deployment, and what the others learn from it. */
  List<Event> removed(Instant startedAt, Instant now) {
    return List.of(
        new RemovalCompleted(
            id(),
            application(),
            environment(),
            request.version(),
            Duration.between(startedAt, now).toMillis()),
        new ApplicationRemoved(application(), environment()));
  }

  Event failed(Phase phase, String reason, @Nullable String advice) {
    return new DeployFailed(
        id(),
        application(),
        environment(),
        request.version(),
        phase,
        reason,
        advice,
        request.removal());
  }

  Event cancelled(Actor by, @Nullable String reason) {
    return new DeployCancelled(id(), application(), environment(), by, reason);
  }

  Event rollbackTriggered(
      Plan plan, RollbackScope scope, String reason, Actor by, List<DataAtRisk> risks) {
    return new RollbackTriggered(
        id(),
        application(),
        environment(),
        request.version(),
        previousOf(plan),
        scope,
        request.takesAway() ? "its removal is turned back: " + reason : reason,
        by,
        unlessNone(risks));
  }

  Event rollbackCompleted(
      Plan plan,
      RollbackScope scope,
      Instant triggeredAt,
      @Nullable String keptData,
      List<DataAtRisk> risks,
      Instant now) {
    return new RollbackCompleted(
        id(),
        application(),
        environment(),
        previousOf(plan),
        scope,
        Duration.between(triggeredAt, now).toMillis(),
        keptData,
        unlessNone(risks));
  }

  private static @Nullable List<DataAtRisk> unlessNone(List<DataAtRisk> risks) {
    return risks.isEmpty() ? null : risks;
  }

  Event rollbackFailed(String reason, @Nullable String advice) {
    return new RollbackFailed(id(), application(), environment(), reason, advice);
  }

  Event backupRequested(BackupId backup, DatabaseId database, ProofLevel proof) {
    return new BackupRequested(
        backup,
        database,
        id(),
        request.requestedBy(),
        "before deploying %s".formatted(request.version()),
        proof);
  }

  Event restoreRequested(RestoreId restore, DatabaseId database, BackupId backup) {
    return new RestoreRequested(
        restore,
        database,
        backup,
        id(),
        null,
        Cause.FAIRLEAD,
        "undoing the deployment of %s".formatted(request.version()),
        null,
        true);
  }

  private static @Nullable Version previousOf(Plan plan) {
    return plan.previous() == null ? null : plan.previous().version();
  }

  private DeploymentId id() {
    return request.id();
  }

  private ApplicationName application() {
    return request.place().application();
  }

  private EnvironmentName environment() {
    return request.place().environment();
  }
}
