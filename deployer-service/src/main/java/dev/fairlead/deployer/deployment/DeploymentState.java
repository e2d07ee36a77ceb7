package dev.fairlead.deployer.deployment;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.fairlead.deployer.plan.Step;
import dev.fairlead.deployer.plan.Work;
import dev.fairlead.events.Actor;
import dev.fairlead.events.DeploymentEvent.Phase;
import dev.fairlead.events.DeploymentEvent.RollbackScope;
import dev.fairlead.events.PlanHash;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a deployment stands. Each state carries only what is true in it. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "state")
public sealed interface DeploymentState {

  /**
   * The plan is being made.
   *
   * @param approved a plan made earlier that was agreed to, and until when that holds
   */
  @JsonTypeName("planning")
  record Planning(@Nullable PlanHash approved, @Nullable Instant approvedUntil)
      implements DeploymentState {}

  /**
   * A person other than the requester has to agree; two have to, if nobody knows the requester.
   *
   * @param first who agreed already, if a second person is waited for
   */
  @JsonTypeName("awaiting-approval")
  record AwaitingApproval(Instant expiresAt, @Nullable Actor first) implements DeploymentState {}

  /**
   * Planned and, if need be, approved; another deployment of the place comes first.
   *
   * @param approvedUntil when the approval has to be given anew
   * @param position 1 when it is next; 0 while nobody has counted
   */
  @JsonTypeName("queued")
  record Queued(@Nullable PlanHash approved, @Nullable Instant approvedUntil, int position)
      implements DeploymentState {

    boolean approvalExpired(Instant now) {
      return approvedUntil != null && !now.isBefore(approvedUntil);
    }
  }

  /**
   * A step of the plan is being performed.
   *
   * @param step index in the plan
   * @param since when this step began
   * @param deadline of the deployment; the bake window is not part of it
   */
  @JsonTypeName("running")
  record Running(int step, Instant since, Instant deadline) implements DeploymentState {}

  /**
   * A measurement could not tell whether the release is good. The traffic stays as it is until a
   * person decides.
   *
   * @param step index of the step in the plan that could not tell
   * @param expiresAt without an answer by then it is rolled back
   * @param deadline of the deployment, as it was when it was held
   * @param first who vouches for it already, if a second person is waited for
   */
  @JsonTypeName("held")
  record Held(
      int step,
      Instant since,
      Instant expiresAt,
      String evidence,
      Instant deadline,
      @Nullable Actor first)
      implements DeploymentState {

    Held vouchedForBy(Actor actor) {
      return new Held(step, since, expiresAt, evidence, deadline, actor);
    }
  }

  /**
   * It is being undone.
   *
   * @param cause why, which also decides how it ends
   * @param steps what leads back, in order
   * @param step index in these
   * @param attempt of this step, from 1
   * @param notBefore when this attempt may begin
   * @param begunAgain when a person had it begun anew after it had been given up
   * @param heardAt when a restore that is under way last told how far it is
   */
  @JsonTypeName("rolling-back")
  record RollingBack(
      Cause cause,
      @Nullable RollbackScope scope,
      List<Step> steps,
      int step,
      int attempt,
      Instant notBefore,
      Instant since,
      Instant triggeredAt,
      @Nullable Instant begunAgain,
      @Nullable Instant heardAt)
      implements DeploymentState {

    Step current() {
      return steps.get(step);
    }

    RollingBack at(int next, int nextAttempt, Instant earliest, Instant begun) {
      return new RollingBack(
          cause,
          scope,
          steps,
          next,
          nextAttempt,
          earliest,
          begun,
          triggeredAt,
          begunAgain,
          heardAt);
    }

    RollingBack heard(Instant now) {
      return new RollingBack(
          cause, scope, steps, step, attempt, notBefore, since, triggeredAt, begunAgain, now);
    }

    /** What is left to be done for it. */
    List<Step> remaining() {
      return steps.subList(step, steps.size());
    }
  }

  /** The exact artifact was seen taking traffic on every instance, and the bake window is over. */
  @JsonTypeName("succeeded")
  record Succeeded() implements DeploymentState {}

  /**
   * It ended before it had any effect on the traffic; or, of a removal, with nothing left but
   * routes at former routers.
   */
  @JsonTypeName("failed")
  record Failed(Phase phase, String reason, @Nullable String advice) implements DeploymentState {}

  /** An approver said no, or nobody answered in time. */
  @JsonTypeName("rejected")
  record Rejected(String reason) implements DeploymentState {}

  /** Somebody stopped it; nothing of it is left. */
  @JsonTypeName("cancelled")
  record Cancelled(Actor by, @Nullable String reason) implements DeploymentState {}

  /** It failed after it had touched the traffic, and what served before serves again. */
  @JsonTypeName("rolled-back")
  record RolledBack(Phase phase, String reason, @Nullable String advice)
      implements DeploymentState {}

  /**
   * It could not be undone: a person is needed.
   *
   * @param givenUp how far that came; unknown of those that earlier versions of Fairlead gave up
   */
  @JsonTypeName("rollback-failed")
  record RollbackFailed(
      Phase phase, String reason, @Nullable String advice, @Nullable RollingBack givenUp)
      implements DeploymentState {

    /**
     * Whether a database is left as the new release needs it. The release before must not meet it:
     * it does not know that schema, and a restore that comes to its end later sets aside what was
     * written meanwhile.
     */
    boolean leavesUnrestored() {
      return givenUp != null
          && givenUp.remaining().stream()
              .anyMatch(step -> step.work() instanceof Work.RestoreDatabase);
    }
  }

  /** The word that people and programs see. */
  default String word() {
    return getClass().getAnnotation(JsonTypeName.class).value();
  }

  /** Whether it changes the place right now; of these there is never more than one a place. */
  default boolean active() {
    return this instanceof Running || this instanceof Held || this instanceof RollingBack;
  }

  default boolean ended() {
    return switch (this) {
      case Planning _, AwaitingApproval _, Queued _, Running _, Held _, RollingBack _ -> false;
      case Succeeded _, Failed _, Rejected _, Cancelled _, RolledBack _, RollbackFailed _ -> true;
    };
  }
}
