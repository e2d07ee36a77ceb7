package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.events.Actor;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DeploymentEvent.DataAtRisk;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.PlanHash;
import dev.fairlead.events.RestoreId;
import dev.fairlead.events.Version;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that a deployment has to know. Facts that no longer matter change nothing. */
public sealed interface Fact {

  /**
   * @param dataAtRisk the databases that undoing it would restore
   */
  record Planned(Plan plan, List<DataAtRisk> dataAtRisk) implements Fact {

    public Planned(Plan plan) {
      this(plan, List.of());
    }
  }

  record PlanRefused(String reason, @Nullable String advice) implements Fact {}

  /** Nobody else changes the place, and it is this deployment's turn. */
  record TurnCame(@Nullable DeploymentId servingRelease) implements Fact {}

  /** Another one changes the place; this one is number {@code position} after it, from 1. */
  record TurnIsFar(int position, DeploymentId behind) implements Fact {}

  /**
   * A step has ended.
   *
   * @param undoing whether it was a step of the rollback
   * @param step its index there
   */
  record StepEnded(boolean undoing, int step, StepResult result) implements Fact {}

  record Approved(PlanHash planHash, Actor by, @Nullable String comment) implements Fact {}

  record Rejected(Actor by, String reason) implements Fact {}

  record CancelRequested(Actor by, @Nullable String reason) implements Fact {}

  record BackupCompleted(BackupId backup, String detail) implements Fact {}

  /** It was restored in a drill as well, which some databases want before they are migrated. */
  record BackupDrilled(BackupId backup, String detail) implements Fact {}

  record BackupDrillFailed(BackupId backup, String reason, String advice) implements Fact {}

  record BackupFailed(BackupId backup, String reason, String advice) implements Fact {}

  record RestoreCompleted(RestoreId restore, String detail) implements Fact {}

  record RestoreFailed(RestoreId restore, String reason, String advice) implements Fact {}

  /** It is under way, and not done yet. */
  record RestoreProgressed(RestoreId restore) implements Fact {}

  /** The health service found the application degraded, from this moment on. */
  record HealthDegraded(String target, Instant firstFailureAt, String reason) implements Fact {}

  /**
   * The health service found the application slower, or otherwise worse, than it used to be.
   *
   * @param deployment whose release is slower; any when absent
   */
  record Regressed(
      String target, @Nullable DeploymentId deployment, Instant noticedAt, String reason)
      implements Fact {}

  /** A person vouches for a release that a measurement could not judge. */
  record ContinueRequested(Actor by, @Nullable String comment) implements Fact {}

  /**
   * A person wants a rollback that was given up to be begun again.
   *
   * @param restored they vouch that the databases are as the release before needs them
   */
  record UndoRequested(Actor by, boolean restored, @Nullable String reason) implements Fact {}

  /** What it waits for to begin at was taken away by that deployment. */
  record PlaceRemoved(DeploymentId by) implements Fact {}

  /** A newer request for the place makes this one pointless. */
  record Superseded(DeploymentId by, Version version) implements Fact {}

  /**
   * Another deployment of this place wants to begin.
   *
   * @param goesBack a rollback by hand: another one makes way for it at once; of a release that
   *     goes forward it must not make a success
   */
  record SomebodyWaits(DeploymentId next, boolean goesBack) implements Fact {}

  /** Nothing happened but the clock. */
  record TimePassed() implements Fact {}
}
