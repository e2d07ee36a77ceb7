package dev.fairlead.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The life of deployments, keyed {@code application/environment}. */
public sealed interface DeploymentEvent extends Event {

  ApplicationName application();

  EnvironmentName environment();

  default Place place() {
    return new Place(application(), environment());
  }

  @Override
  default String subject() {
    return place().toString();
  }

  @Override
  default Topic topic() {
    return Topic.DEPLOYMENTS;
  }

  /**
   * Somebody wants a version to run. The only deployment event that producers outside the suite
   * write; application, environment and version suffice.
   *
   * @param idempotencyKey requests for a place with the same key are the same deployment; the
   *     event's source and id when absent
   * @param artifact where the version is found (image reference, archive path), when it is not what
   *     the manifest names
   * @param requestedBy who asks; believed only for an authenticated path, and never an approver
   * @param decisions decision records this deployment rests on; each must be accepted
   * @param message of the commit; its first line is shown, up to 200 characters of it
   * @param author of the commit
   */
  @EventName("deploy-requested")
  record DeployRequested(
      ApplicationName application,
      EnvironmentName environment,
      Version version,
      @Nullable String idempotencyKey,
      @Nullable String artifact,
      @Nullable String commit,
      @Nullable Actor requestedBy,
      @Nullable List<DecisionId> decisions,
      @Nullable Boolean skipTests,
      @Nullable String reason,
      @Nullable String message,
      @Nullable String author)
      implements DeploymentEvent {}

  /** The plan is made; its hash is what an approval names and what the run executes. */
  @EventName("deploy-planned")
  record DeployPlanned(
      DeploymentId deployment,
      ApplicationName application,
      EnvironmentName environment,
      Version version,
      PlanHash planHash,
      @Nullable ArtifactDigest digest,
      List<PlannedStep> steps)
      implements DeploymentEvent {}

  /** One step of a plan, in the order of execution. */
  record PlannedStep(Phase phase, String name, String description) {}

  /** The seven phases of a deployment, and the window in which it is watched afterwards. */
  enum Phase {
    @JsonProperty("preflight")
    PREFLIGHT,
    @JsonProperty("backup")
    BACKUP,
    @JsonProperty("prepare")
    PREPARE,
    @JsonProperty("test")
    TEST,
    @JsonProperty("build")
    BUILD,
    @JsonProperty("rollout")
    ROLLOUT,
    @JsonProperty("verify")
    VERIFY,
    @JsonProperty("bake")
    BAKE
  }

  /**
   * The deployment waits for a person other than {@code requestedBy}.
   *
   * @param dataAtRisk the databases that a rollback of it would restore; absent when there are none
   * @param removal true where what serves is to be taken away; absent for a deployment
   */
  @EventName("approval-requested")
  record ApprovalRequested(
      DeploymentId deployment,
      ApplicationName application,
      EnvironmentName environment,
      Version version,
      PlanHash planHash,
      @Nullable ArtifactDigest digest,
      Actor requestedBy,
      Instant expiresAt,
      @Nullable List<DataAtRisk> dataAtRisk,
      @Nullable Boolean removal)
      implements DeploymentEvent {}

  /**
   * A database that a rollback restores, and what would be set aside by that.
   *
   * @param since what was written after that is not in the backup; absent before there is one
   * @param until when the rows were counted; absent while they are not
   * @param rows inserted, changed or deleted since, by the statistics of the server: about so many;
   *     absent when that cannot be told
   * @param tables those with the most of them
   * @param restoreMillis how long the restore will take, going by the last one or a drill
   */
  record DataAtRisk(
      DatabaseId database,
      @Nullable Instant since,
      @Nullable Instant until,
      @Nullable Long rows,
      @Nullable List<TableWrites> tables,
      @Nullable Long restoreMillis) {}

  /**
   * How many rows of a table were written.
   *
   * @param table {@code schema.table}
   */
  record TableWrites(String table, long inserted, long updated, long deleted) {}

  /** One person's word that a plan may be carried out. */
  record Approval(Actor approvedBy, Instant approvedAt, @Nullable String comment) {}

  /**
   * @param approvedBy whose approval was the last one needed
   * @param approvals all that were needed, in their order; absent from earlier versions of Fairlead
   */
  @EventName("deploy-approved")
  record DeployApproved(
      DeploymentId deployment,
      ApplicationName application,
      EnvironmentName environment,
      PlanHash planHash,
      Actor approvedBy,
      @Nullable String comment,
      @Nullable List<Approval> approvals)
      implements DeploymentEvent {}

  /** An approver said no. A failed gate is a {@link DeployFailed} in preflight instead. */
  @EventName("deploy-rejected")
  record DeployRejected(
      DeploymentId deployment,
      ApplicationName application,
      EnvironmentName environment,
      Actor rejectedBy,
      String reason)
      implements DeploymentEvent {}

  /**
   * Another deployment of this place runs; this one is number {@code position} after it, from 1.
   */
  @EventName("deploy-queued")
  record DeployQueued(
      DeploymentId deployment,
      ApplicationName application,
      EnvironmentName environment,
      Version version,
      int position,
      DeploymentId behind)
      implements DeploymentEvent {}

  /**
   * Its turn has come, and it may: the plan is executed from now on.
   *
   * @param removal true where what serves is taken away; absent for a deployment
   */
  @EventName("deploy-started")
  record DeployStarted(
      DeploymentId deployment,
      ApplicationName application,
      EnvironmentName environment,
      Version version,
      @Nullable Version previousVersion,
      PlanHash planHash,
      String strategy,
      @Nullable Boolean removal)
      implements DeploymentEvent {}

  /** A step of the plan, or of its compensation, has ended. */
  @EventName("deploy-step-completed")
  record DeployStepCompleted(
      DeploymentId deployment,
      ApplicationName application,
      EnvironmentName environment,
      Phase phase,
      String step,
      StepOutcome outcome,
      String detail,
      long durationMillis)
      implements DeploymentEvent {}

  enum StepOutcome {
    @JsonProperty("succeeded")
    SUCCEEDED,
    @JsonProperty("failed")
    FAILED,
    @JsonProperty("skipped")
    SKIPPED,
    /** The measurement failed, not the release: never success, never a reason to roll back. */
    @JsonProperty("inconclusive")
    INCONCLUSIVE
  }

  /**
   * A measurement could not tell whether the release is good. Nothing moves until a person says how
   * it goes on; without an answer until {@code expiresAt} it is rolled back.
   *
   * @param evidence what was measured, and why it does not suffice
   */
  @EventName("deploy-held")
  record DeployHeld(
      DeploymentId deployment,
      ApplicationName application,
      EnvironmentName environment,
      Version version,
      Phase phase,
      String step,
      String evidence,
      Instant expiresAt)
      implements DeploymentEvent {}

  /** What the router was seen to serve after a change. */
  @EventName("traffic-shifted")
  record TrafficShifted(
      DeploymentId deployment,
      ApplicationName application,
      EnvironmentName environment,
      String router,
      List<TrafficShare> shares)
      implements DeploymentEvent {}

  /**
   * What a version gets of the traffic, and on how many instances.
   *
   * @param percent 0 to 100, of new requests
   */
  record TrafficShare(Version version, int instances, double percent) {}

  /**
   * The exact artifact was observed running and taking traffic on every instance.
   *
   * @param digest what was observed; of an image its id
   * @param serving each instance as it was last observed; absent in what earlier versions told
   */
  @EventName("deploy-succeeded")
  record DeploySucceeded(
      DeploymentId deployment,
      ApplicationName application,
      EnvironmentName environment,
      Version version,
      @Nullable ArtifactDigest digest,
      long durationMillis,
      @Nullable List<ServingInstance> serving)
      implements DeploymentEvent {}

  /**
   * One instance, as it was observed.
   *
   * @param host by the name in the deployer's settings
   * @param digest read from the running instance itself
   * @param address where the router was seen to send its traffic, and where it answers
   * @param percent 0 to 100, of new requests
   */
  record ServingInstance(
      String instance, String host, ArtifactDigest digest, String address, double percent) {}

  /**
   * A deployment ended without success.
   *
   * @param advice what a person can do about it, one sentence
   * @param removal true where what serves was to be taken away; absent for a deployment
   */
  @EventName("deploy-failed")
  record DeployFailed(
      DeploymentId deployment,
      ApplicationName application,
      EnvironmentName environment,
      Version version,
      Phase phase,
      String reason,
      @Nullable String advice,
      @Nullable Boolean removal)
      implements DeploymentEvent {}

  @EventName("deploy-cancelled")
  record DeployCancelled(
      DeploymentId deployment,
      ApplicationName application,
      EnvironmentName environment,
      Actor cancelledBy,
      @Nullable String reason)
      implements DeploymentEvent {}

  /**
   * The deployment is being undone. What follows is a completed or a failed rollback.
   *
   * @param dataAtRisk the databases that are going to be restored, with what was written to them
   *     until now; counted again when nobody writes any more. Absent when there are none
   */
  @EventName("rollback-triggered")
  record RollbackTriggered(
      DeploymentId deployment,
      ApplicationName application,
      EnvironmentName environment,
      Version fromVersion,
      @Nullable Version toVersion,
      RollbackScope scope,
      String reason,
      Actor triggeredBy,
      @Nullable List<DataAtRisk> dataAtRisk)
      implements DeploymentEvent {}

  enum RollbackScope {
    @JsonProperty("code")
    CODE,
    @JsonProperty("database")
    DATABASE,
    @JsonProperty("configuration")
    CONFIGURATION,
    @JsonProperty("full")
    FULL
  }

  /**
   * What the deployment did is undone.
   *
   * @param keptData where what was written since the backup is kept, when a database was restored
   * @param dataAtRisk what that is, counted before the restore; absent when there was none
   */
  @EventName("rollback-completed")
  record RollbackCompleted(
      DeploymentId deployment,
      ApplicationName application,
      EnvironmentName environment,
      @Nullable Version toVersion,
      RollbackScope scope,
      long durationMillis,
      @Nullable String keptData,
      @Nullable List<DataAtRisk> dataAtRisk)
      implements DeploymentEvent {}

  @EventName("rollback-failed")
  record RollbackFailed(
      DeploymentId deployment,
      ApplicationName application,
      EnvironmentName environment,
      String reason,
      @Nullable String advice)
      implements DeploymentEvent {}

  /**
   * Nothing of the application is left in the environment: no route, no instance. It is told with
   * an {@code application-removed}, which ends what other services do for it.
   *
   * @param version what served; {@code none} where nothing did
   */
  @EventName("removal-completed")
  record RemovalCompleted(
      DeploymentId deployment,
      ApplicationName application,
      EnvironmentName environment,
      Version version,
      long durationMillis)
      implements DeploymentEvent {}

  @EventName("instances-scaled")
  record InstancesScaled(
      ApplicationName application, EnvironmentName environment, int from, int to, String reason)
      implements DeploymentEvent {}
}
