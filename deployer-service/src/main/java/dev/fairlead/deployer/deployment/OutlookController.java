package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.deployment.DeploymentController.RollbackBody;
import dev.fairlead.deployer.deployment.RollbackPath.Begin;
import dev.fairlead.deployer.deployment.RollbackPath.Blocked;
import dev.fairlead.deployer.deployment.RollbackPath.Join;
import dev.fairlead.deployer.deployment.RollbackPath.Undo;
import dev.fairlead.deployer.loss.Losses;
import dev.fairlead.deployer.manifest.EnvironmentSpec.Database;
import dev.fairlead.deployer.plan.Request;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentEvent.DataAtRisk;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Place;
import dev.fairlead.events.Version;
import dev.fairlead.service.problem.Refusal;
import dev.fairlead.service.security.Caller;
import jakarta.validation.Valid;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Shows what going back would do and cost; changes nothing. */
@RestController
class OutlookController {

  private final Deployments deployments;
  private final RollbackTargets targets;
  private final Releases releases;
  private final UnknownSchema unknownSchema;
  private final Planner planner;
  private final Losses losses;
  private final Clock clock;

  OutlookController(
      Deployments deployments,
      RollbackTargets targets,
      Releases releases,
      UnknownSchema unknownSchema,
      Planner planner,
      Losses losses,
      Clock clock) {
    this.deployments = deployments;
    this.targets = targets;
    this.releases = releases;
    this.unknownSchema = unknownSchema;
    this.planner = planner;
    this.losses = losses;
    this.clock = clock;
  }

  /** What cancelling the deployment now would undo. */
  @GetMapping("/deployments/{id}/undoing")
  Outlook undoing(@PathVariable DeploymentId id) {
    Deployment deployment =
        deployments
            .find(id)
            .orElseThrow(
                () ->
                    Refusal.unknown(
                        "deployment", id, "list what there is: fairlead deployments list"));
    return undoing(deployment);
  }

  private Outlook undoing(Deployment deployment) {
    Rollback rollback = Outlook.undoing(deployment);
    return Outlook.ofUndoing(
        deployment,
        rollback,
        rollback.restored().stream()
            .map(database -> risk(deployment.id(), deployment.known().spec().databases(), database))
            .toList());
  }

  /** What {@code POST /rollbacks} with the same body would do. */
  @PostMapping("/rollbacks/plan")
  @PreAuthorize("hasRole('DEPLOYER')")
  Outlook plan(@Valid @RequestBody RollbackBody body) {
    Place place = new Place(body.application(), body.environment());
    return switch (RollbackPath.of(deployments.unfinished(place), body.toVersion())) {
      case Undo(Deployment underWay) ->
          undoing(underWay)
              .noting(
                  "deployment %s is under way and turned back by that".formatted(underWay.id()));
      case Join(Deployment goingBack) ->
          (goingBack.request().isRollback() ? outlook(goingBack.request()) : undoing(goingBack))
              .asItIs("deployment %s goes back already".formatted(goingBack.id()));
      case Blocked blocked -> throw blocked.refusal();
      case Begin() -> begun(place, body);
    };
  }

  private Outlook begun(Place place, RollbackBody body) {
    return outlook(
        RollbackTargets.request(
            DeploymentId.random(),
            targets.target(place, body.toVersion()),
            body.reason(),
            Caller.current().actor(),
            clock.instant()));
  }

  private Outlook outlook(Request rollback) {
    Version serving = targets.serving(rollback.place()).version();
    try {
      return Outlook.ofPlan(planner.plan(rollback), serving);
    } catch (PlanRefused e) {
      return Outlook.refused(
          rollback.place(),
          serving,
          rollback.version(),
          e.detail(),
          e.advice(),
          Optional.ofNullable(rollback.rollbackTo())
              .flatMap(releases::find)
              .map(this::behind)
              .orElse(List.of()));
    }
  }

  /** Of each database that a restore would have to take back: what came since that backup. */
  private List<DataAtRisk> behind(Release target) {
    Map<DatabaseId, Release> first = new LinkedHashMap<>();
    for (UnknownSchema.Change change : unknownSchema.of(target)) {
      first.putIfAbsent(change.database(), change.by());
    }
    return first.entrySet().stream()
        .map(changed -> risk(changed.getValue(), changed.getKey()))
        .toList();
  }

  private DataAtRisk risk(Release release, DatabaseId database) {
    return risk(release.id(), release.spec().databases(), database);
  }

  private DataAtRisk risk(DeploymentId deployment, List<Database> known, DatabaseId database) {
    return known.stream()
        .filter(one -> one.id().equals(database))
        .findFirst()
        .map(one -> losses.since(deployment, one))
        .orElseGet(() -> losses.foreseen(database));
  }
}
