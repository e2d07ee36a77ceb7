package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.deployment.DeploymentState.RollbackFailed;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.service.problem.Refusal;
import dev.fairlead.service.security.Caller;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /deployments/ID/undoing}: a rollback that was given up is begun again. */
@RestController
class UndoController {

  private final DeploymentDesk desk;
  private final Deployments deployments;
  private final Releases releases;
  private final TransactionTemplate transaction;

  UndoController(
      DeploymentDesk desk,
      Deployments deployments,
      Releases releases,
      TransactionTemplate transaction) {
    this.desk = desk;
    this.deployments = deployments;
    this.releases = releases;
    this.transaction = transaction;
  }

  /**
   * @param restored whoever asks has restored the databases that were left to be restored
   */
  record UndoBody(@Nullable Boolean restored, @Nullable String reason) {}

  @PostMapping("/deployments/{id}/undoing")
  @PreAuthorize("hasRole('DEPLOYER')")
  @ResponseStatus(HttpStatus.ACCEPTED)
  DeploymentView undo(
      @PathVariable DeploymentId id, @RequestBody(required = false) @Nullable UndoBody body) {
    Fact.UndoRequested asked =
        new Fact.UndoRequested(
            Caller.current().actor(),
            body != null && Boolean.TRUE.equals(body.restored()),
            body == null ? null : body.reason());
    return Objects.requireNonNull(
        transaction.execute(
            status -> {
              deployments.lock(found(id).place());
              requireUndoable(found(id));
              return DeploymentView.of(desk.tellEnded(id, asked));
            }));
  }

  private Deployment found(DeploymentId id) {
    return deployments
        .find(id)
        .orElseThrow(
            () ->
                Refusal.unknown("deployment", id, "list what there is: fairlead deployments list"));
  }

  private void requireUndoable(Deployment deployment) {
    if (!(deployment.state() instanceof RollbackFailed failed) || failed.givenUp() == null) {
      throw new Refusal(
          HttpStatus.CONFLICT,
          "not-undoable",
          "deployment %s is %s, and no rollback of it was given up"
              .formatted(deployment.id(), deployment.state().word()),
          "go back with: fairlead rollback %s --environment %s"
              .formatted(deployment.place().application(), deployment.place().environment()));
    }
    if (deployments.unfinished(deployment.place()).stream()
        .anyMatch(other -> other.state().active())) {
      throw new Refusal(
          HttpStatus.CONFLICT,
          "place-busy",
          "another deployment is changing %s".formatted(deployment.place()),
          "wait for its end, or cancel it; which one it is shows: fairlead deployments list");
    }
    if (!isLast(deployment)) {
      throw new Refusal(
          HttpStatus.CONFLICT,
          "not-undoable",
          "%s has changed since deployment %s was given up"
              .formatted(deployment.place(), deployment.id()),
          "undo what came last, or go back with: fairlead rollback %s --environment %s"
              .formatted(deployment.place().application(), deployment.place().environment()));
    }
  }

  /** What it returns to has to be what a deployment of the place would return to now. */
  private boolean isLast(Deployment deployment) {
    Instant ended = Objects.requireNonNull(deployment.endedAt());
    if (releases.removedAt(deployment.place()).filter(ended::isBefore).isPresent()) {
      return false;
    }
    Optional<DeploymentId> unrestored = releases.unrestored(deployment.place());
    if (unrestored.isPresent()) {
      return unrestored.get().equals(deployment.id());
    }
    Plan.Previous previous = deployment.known().previous();
    return releases
        .serving(deployment.place())
        .map(Release::id)
        .equals(Optional.ofNullable(previous).map(Plan.Previous::release));
  }
}
