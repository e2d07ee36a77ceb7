package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.deployment.DeploymentController.RollbackBody;
import dev.fairlead.deployer.deployment.RollbackPath.Begin;
import dev.fairlead.deployer.deployment.RollbackPath.Blocked;
import dev.fairlead.deployer.deployment.RollbackPath.Join;
import dev.fairlead.deployer.deployment.RollbackPath.Undo;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.events.Actor;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Place;
import dev.fairlead.service.problem.Refusal;
import java.time.Clock;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Where rollbacks by hand come in: what is under way is turned back, or else one of its own. */
@Component
class RollbackDesk {

  /** Each of them meets another change of the place. */
  private static final int ATTEMPTS = 5;

  private static final String BY_HAND = "rolled back by hand";

  private final DeploymentDesk desk;
  private final Deployments deployments;
  private final RollbackTargets targets;
  private final RollbackKeys keys;
  private final TransactionTemplate transaction;
  private final Clock clock;

  RollbackDesk(
      DeploymentDesk desk,
      Deployments deployments,
      RollbackTargets targets,
      RollbackKeys keys,
      TransactionTemplate transaction,
      Clock clock) {
    this.desk = desk;
    this.deployments = deployments;
    this.targets = targets;
    this.keys = keys;
    this.transaction = transaction;
    this.clock = clock;
  }

  /** A rollback that somebody asks for. */
  record Asked(RollbackBody body, String key, Actor by) {

    Place place() {
      return new Place(body.application(), body.environment());
    }

    String reason() {
      return isExplained() ? "%s: %s".formatted(BY_HAND, body.reason()) : BY_HAND;
    }

    boolean isExplained() {
      return body.reason() != null && !body.reason().isBlank();
    }
  }

  /** The deployment that goes back: one of its own, or the one that goes forward until now. */
  Deployment rollBack(Asked asked) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<Deployment> goesBack = transaction.execute(status -> asPlaceStands(asked));
      if (goesBack.isPresent()) {
        return goesBack.get();
      }
    }
    throw new Refusal(
        HttpStatus.CONFLICT,
        "place-busy",
        "one deployment after the other changes %s".formatted(asked.place()),
        "repeat that; what changes it shows: fairlead deployments list");
  }

  /** Empty when the place has changed since it was looked at. */
  private Optional<Deployment> asPlaceStands(Asked asked) {
    Optional<Deployment> earlier = deployments.requested(asked.place(), asked.key());
    if (earlier.isPresent()) {
      requireSame(earlier.get(), asked);
      return earlier;
    }
    return switch (path(asked)) {
      case Undo(Deployment underWay) -> undone(underWay, asked);
      case Join(Deployment goingBack) -> Optional.of(kept(goingBack, asked));
      case Blocked blocked -> throw blocked.refusal();
      case Begin() -> begun(asked);
    };
  }

  private RollbackPath path(Asked asked) {
    return RollbackPath.of(deployments.unfinished(asked.place()), asked.body().toVersion());
  }

  /** One that has succeeded by now is gone back from as from every release that serves. */
  private Optional<Deployment> undone(Deployment underWay, Asked asked) {
    requireReason(underWay.known().spec(), asked);
    Deployment told =
        desk.tell(underWay.id(), new Fact.CancelRequested(asked.by(), asked.reason()));
    return told.state() instanceof DeploymentState.Succeeded
        ? Optional.empty()
        : Optional.of(kept(told, asked));
  }

  private Deployment kept(Deployment goingBack, Asked asked) {
    keys.keep(asked.place(), asked.key(), goingBack.id());
    return goingBack;
  }

  /**
   * Under the lock of the place: no release begins to be brought between the look and the request.
   * Not before the other ways, because a deployment that ends takes this lock after its own.
   */
  private Optional<Deployment> begun(Asked asked) {
    deployments.lock(asked.place());
    if (deployments.requested(asked.place(), asked.key()).isPresent()
        || !(path(asked) instanceof Begin)) {
      return Optional.empty();
    }
    Release target = targets.target(asked.place(), asked.body().toVersion());
    requireReason(targets.serving(asked.place()).spec(), asked);
    return Optional.of(
        desk.request(
                RollbackTargets.request(
                    DeploymentId.forRequest(asked.key()),
                    target,
                    asked.body().reason(),
                    asked.by(),
                    clock.instant()),
                asked.key())
            .deployment());
  }

  /** An emergency waits for no approval, but where one is the rule, it has to be explained. */
  private static void requireReason(EnvironmentSpec spec, Asked asked) {
    if (spec.approval().required() && !asked.isExplained()) {
      throw new Refusal(
          HttpStatus.UNPROCESSABLE_CONTENT,
          "reason-required",
          "%s needs approval for deployments; a rollback goes without, but not without a reason"
              .formatted(asked.place()),
          "say why: fairlead rollback %s --environment %s --reason …"
              .formatted(asked.place().application(), asked.place().environment()));
    }
  }

  /** The same rollback asked for once more, whatever serves by now. */
  private void requireSame(Deployment earlier, Asked asked) {
    boolean wasRollback =
        earlier.request().isRollback()
            || keys.deployment(asked.place(), asked.key()).filter(earlier.id()::equals).isPresent();
    if (!wasRollback || !RollbackPath.leadsTo(earlier, asked.body().toVersion())) {
      throw DeploymentDesk.keyInUse(earlier, asked.key());
    }
  }
}
