package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Place;
import dev.fairlead.events.Version;
import dev.fairlead.service.problem.Refusal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * What a request to go back comes to, as its place stands. While a release is brought, back means
 * back to what served before it: what the place's record says of what serves is older than what the
 * users see. Pure.
 */
sealed interface RollbackPath {

  /** The release that is being brought, or that bakes or is held, is taken back. */
  record Undo(Deployment underWay) implements RollbackPath {}

  /** What is asked for is under way, or about to be. */
  record Join(Deployment goingBack) implements RollbackPath {}

  /** The deployment under way leads back to somewhere else, or nowhere. */
  record Blocked(Deployment underWay, @Nullable Version to) implements RollbackPath {

    Refusal refusal() {
      Place place = underWay.place();
      DeploymentId id = underWay.id();
      Plan.Previous previous = underWay.known().previous();
      return new Refusal(
          HttpStatus.CONFLICT,
          "deployment-under-way",
          "deployment %s of version %s to %s is under way, and %s"
              .formatted(
                  id,
                  underWay.request().version(),
                  place,
                  previous == null
                      ? "has no release to go back to"
                      : "goes back to version " + previous.version()),
          to == null
              ? "stop it with: fairlead cancel " + id
              : "stop it with: fairlead cancel %s; and when that is over: fairlead rollback %s --environment %s --to %s"
                  .formatted(id, place.application(), place.environment(), to));
    }
  }

  /** A deployment of its own, from what serves to a release before. */
  record Begin() implements RollbackPath {}

  /**
   * @param unfinished the deployments of the place that have not ended
   * @param to the version to go back to; the one before when absent
   */
  static RollbackPath of(List<Deployment> unfinished, @Nullable Version to) {
    Optional<Deployment> forward =
        unfinished.stream()
            .filter(one -> one.state().active() && one.request().goesForward())
            .findFirst();
    return forward
        .filter(one -> !isUndone(one))
        .<RollbackPath>map(
            one ->
                one.known().previous() != null && leadsTo(one, to)
                    ? new Undo(one)
                    : new Blocked(one, to))
        .or(() -> lastRollback(unfinished).or(() -> forward).map(one -> joined(one, to)))
        .orElseGet(Begin::new);
  }

  private static RollbackPath joined(Deployment goingBack, @Nullable Version to) {
    return leadsTo(goingBack, to) ? new Join(goingBack) : new Begin();
  }

  /**
   * Whether a deployment goes back to that version: as a rollback, or when it is undone.
   *
   * @param to any when absent
   */
  static boolean leadsTo(Deployment goingBack, @Nullable Version to) {
    if (to == null) {
      return true;
    }
    return goingBack.request().isRollback()
        ? to.equals(goingBack.request().version())
        : to.equals(before(goingBack));
  }

  private static @Nullable Version before(Deployment deployment) {
    Plan plan = deployment.plan();
    return plan == null || plan.previous() == null ? null : plan.previous().version();
  }

  /** Where the place is going to be; one that is itself undone goes nowhere. */
  private static Optional<Deployment> lastRollback(List<Deployment> unfinished) {
    return unfinished.stream()
        .filter(one -> one.request().isRollback() && !isUndone(one))
        .reduce((_, later) -> later);
  }

  private static boolean isUndone(Deployment deployment) {
    return deployment.state() instanceof DeploymentState.RollingBack;
  }
}
