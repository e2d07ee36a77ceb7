package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.deployment.DeploymentState.Cancelled;
import dev.fairlead.deployer.deployment.DeploymentState.RollbackFailed;
import dev.fairlead.deployer.deployment.DeploymentState.RolledBack;
import dev.fairlead.deployer.deployment.DeploymentState.Succeeded;
import dev.fairlead.events.Place;
import dev.fairlead.events.Version;
import dev.fairlead.service.problem.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.springframework.http.HttpStatus;

/**
 * What decided last which release serves at a place: a deployment that came, or was undone. Pure.
 */
record LastTurn(Deployment deployment) {

  /** One bad release alarms Fairlead and several people, and not all of them at once. */
  private static final Duration ALARM = Duration.ofMinutes(5);

  static Optional<LastTurn> of(List<Deployment> deployments) {
    return deployments.stream()
        .filter(one -> one.state() instanceof Succeeded || wasUndone(one))
        .max(Comparator.comparing(LastTurn::end))
        .map(LastTurn::new);
  }

  private static boolean wasUndone(Deployment deployment) {
    return deployment.request().goesForward()
        && deployment.startedAt() != null
        && (deployment.state() instanceof RolledBack
            || deployment.state() instanceof Cancelled
            || deployment.state() instanceof RollbackFailed);
  }

  private static Instant end(Deployment deployment) {
    return Objects.requireNonNull(deployment.endedAt());
  }

  /**
   * Whoever wants to go back from what was just undone wants what was done already.
   *
   * @param further the version that would be gone back to
   * @throws Refusal where it has to be named
   */
  void requireCertain(Version further, Instant now) {
    Duration ago = Duration.between(end(deployment), now);
    switch (deployment.state()) {
      case RollbackFailed _ ->
          throw refusal(
              "rollback-given-up",
              "could not be turned back",
              "begin again with: fairlead deployments undo %s; ".formatted(deployment.id()),
              further);
      case RolledBack _, Cancelled _ when ago.compareTo(ALARM) < 0 ->
          throw refusal(
              "just-turned-back",
              "was turned back %d s ago; what served before serves again"
                  .formatted(ago.toSeconds()),
              "",
              further);
      default -> {}
    }
  }

  private Refusal refusal(String code, String what, String first, Version further) {
    Place place = deployment.place();
    return new Refusal(
        HttpStatus.CONFLICT,
        code,
        "deployment %s of version %s to %s %s"
            .formatted(deployment.id(), deployment.request().version(), place, what),
        "%sto go further back: fairlead rollback %s --environment %s --to %s"
            .formatted(first, place.application(), place.environment(), further));
  }
}
