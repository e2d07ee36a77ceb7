package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.manifest.ApprovalPolicy;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.events.Actor;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.DeploymentEvent.Approval;
import dev.fairlead.events.DeploymentEvent.DataAtRisk;
import dev.fairlead.events.DeploymentEvent.Phase;
import dev.fairlead.events.DeploymentEvent.ServingInstance;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.PlanHash;
import dev.fairlead.events.Version;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A deployment as the HTTP API shows it.
 *
 * @param message of the commit, its first line
 * @param author of the commit
 * @param position in the queue of its place, 1 when it is next
 * @param waitingFor the deployment of the place that comes first, where one waits in the queue;
 *     only where one deployment is asked for
 * @param approvalExpiresAt until when a person's answer is waited for
 * @param approvedBy who agreed already, where a second person is waited for
 * @param approvals of its plan, in their order
 * @param blocked whether a check of the gates stopped it before anything was changed
 * @param removal whether it takes away what serves
 * @param rollback whether a person asked for it to go back to a release before
 */
record DeploymentView(
    DeploymentId deployment,
    ApplicationName application,
    EnvironmentName environment,
    Version version,
    @Nullable Version previousVersion,
    String state,
    @Nullable Phase phase,
    @Nullable String step,
    @Nullable PlanHash planHash,
    @Nullable ArtifactDigest digest,
    @Nullable String commit,
    @Nullable String message,
    @Nullable String author,
    Actor requestedBy,
    Instant requestedAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable String reason,
    @Nullable String advice,
    @Nullable Integer position,
    @Nullable DeploymentId waitingFor,
    @Nullable Instant approvalExpiresAt,
    @Nullable Actor approvedBy,
    List<Approval> approvals,
    List<StepRecord> steps,
    List<DataAtRisk> dataAtRisk,
    boolean blocked,
    boolean removal,
    boolean rollback) {

  static DeploymentView of(Deployment deployment) {
    return of(deployment, null);
  }

  static DeploymentView of(Deployment deployment, @Nullable DeploymentId waitingFor) {
    Plan plan = deployment.plan();
    return new DeploymentView(
        deployment.id(),
        deployment.place().application(),
        deployment.place().environment(),
        deployment.request().version(),
        plan == null || plan.previous() == null ? null : plan.previous().version(),
        deployment.state().word(),
        deployment.phase().orElse(null),
        stepOf(deployment),
        plan == null ? null : plan.hash(),
        deployment.evidence().stream()
            .map(ServingInstance::digest)
            .findFirst()
            .orElse(plan == null ? null : plan.digest()),
        deployment.request().commit(),
        deployment.request().commitMessage(),
        deployment.request().commitAuthor(),
        deployment.request().requestedBy(),
        deployment.request().requestedAt(),
        deployment.startedAt(),
        deployment.endedAt(),
        reasonOf(deployment),
        adviceOf(deployment.state()),
        positionOf(deployment.state()),
        waitingFor,
        expiryOf(deployment.state()),
        deployment.state() instanceof DeploymentState.AwaitingApproval waiting
            ? waiting.first()
            : null,
        deployment.approvals(),
        deployment.history(),
        deployment.dataAtRisk(),
        deployment.blocked(),
        deployment.request().takesAway(),
        deployment.request().isRollback());
  }

  /** Absent also in the moment before it is counted. */
  private static @Nullable Integer positionOf(DeploymentState state) {
    return state instanceof DeploymentState.Queued queued && queued.position() > 0
        ? queued.position()
        : null;
  }

  private static @Nullable Instant expiryOf(DeploymentState state) {
    return switch (state) {
      case DeploymentState.AwaitingApproval waiting -> waiting.expiresAt();
      case DeploymentState.Held held -> held.expiresAt();
      default -> null;
    };
  }

  private static @Nullable String stepOf(Deployment deployment) {
    return switch (deployment.state()) {
      case DeploymentState.Running running when deployment.plan() != null ->
          deployment.plan().steps().get(running.step()).name();
      case DeploymentState.Held held when deployment.plan() != null ->
          deployment.plan().steps().get(held.step()).name();
      case DeploymentState.RollingBack undo -> undo.steps().get(undo.step()).name();
      default -> null;
    };
  }

  private static @Nullable String reasonOf(Deployment deployment) {
    return switch (deployment.state()) {
      case DeploymentState.AwaitingApproval _ -> {
        ApprovalPolicy.Lifted lifted = deployment.known().spec().approval().lifted();
        yield lifted == null ? null : lifted.reason();
      }
      case DeploymentState.Held held -> held.evidence();
      case DeploymentState.RollingBack undo -> undo.cause().reason();
      case DeploymentState.Failed failed -> failed.reason();
      case DeploymentState.Rejected rejected -> rejected.reason();
      case DeploymentState.Cancelled cancelled -> cancelled.reason();
      case DeploymentState.RolledBack back -> back.reason();
      case DeploymentState.RollbackFailed failed -> failed.reason();
      default -> null;
    };
  }

  private static @Nullable String adviceOf(DeploymentState state) {
    return switch (state) {
      case DeploymentState.Held held when held.first() != null ->
          "%s vouches for it; an event asked for it, so a second person has to, too: fairlead deployments continue"
              .formatted(held.first());
      case DeploymentState.Held _ ->
          "look for yourself, then: fairlead deployments continue, or fairlead deployments abort";
      case DeploymentState.RollingBack undo -> undo.cause().advice();
      case DeploymentState.Failed failed -> failed.advice();
      case DeploymentState.RolledBack back -> back.advice();
      case DeploymentState.RollbackFailed failed -> failed.advice();
      default -> null;
    };
  }
}
