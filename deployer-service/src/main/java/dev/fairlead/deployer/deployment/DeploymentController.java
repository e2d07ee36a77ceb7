package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.deployment.PlanController.DeployBody;
import dev.fairlead.deployer.plan.Request;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Place;
import dev.fairlead.events.PlanHash;
import dev.fairlead.events.Version;
import dev.fairlead.service.problem.Refusal;
import dev.fairlead.service.security.Caller;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Starts, shows, approves, rejects, cancels and rolls back deployments. */
@RestController
class DeploymentController {

  private final DeploymentDesk desk;
  private final RequestDesk requests;
  private final Deployments deployments;
  private final Planner planner;
  private final RollbackDesk rollbacks;
  private final Clock clock;

  DeploymentController(
      DeploymentDesk desk,
      RequestDesk requests,
      Deployments deployments,
      Planner planner,
      RollbackDesk rollbacks,
      Clock clock) {
    this.desk = desk;
    this.requests = requests;
    this.deployments = deployments;
    this.planner = planner;
    this.rollbacks = rollbacks;
    this.clock = clock;
  }

  record ApprovalBody(@NotNull PlanHash planHash, @Nullable String comment) {}

  record RejectionBody(@NotBlank String reason) {}

  record ContinuationBody(@Nullable String comment) {}

  record CancellationBody(@Nullable String reason) {}

  /**
   * @param toVersion when absent, what served before the deployment under way, or else the release
   *     before the one that serves
   * @param idempotencyKey without one, the same request again goes further back
   */
  record RollbackBody(
      @NotNull ApplicationName application,
      @NotNull EnvironmentName environment,
      @Nullable Version toVersion,
      @Nullable String idempotencyKey,
      @Nullable String reason) {}

  @PostMapping("/deployments")
  @PreAuthorize("hasRole('DEPLOYER')")
  @ResponseStatus(HttpStatus.ACCEPTED)
  DeploymentView deploy(@Valid @RequestBody DeployBody body) {
    Place place = new Place(body.application(), body.environment());
    String key =
        body.idempotencyKey() == null ? UUID.randomUUID().toString() : body.idempotencyKey();
    if (deployments.requested(place, key).isEmpty()) {
      planner.requireKnown(place);
    }
    Request request =
        body.request(DeploymentId.forRequest(key), Caller.current().actor(), clock.instant());
    return DeploymentView.of(requests.request(request, key, body.waive()));
  }

  /** Answers with the deployment under way, where going back means to turn that one back. */
  @PostMapping("/rollbacks")
  @PreAuthorize("hasRole('DEPLOYER')")
  @ResponseStatus(HttpStatus.ACCEPTED)
  DeploymentView rollBack(@Valid @RequestBody RollbackBody body) {
    String key =
        body.idempotencyKey() == null ? UUID.randomUUID().toString() : body.idempotencyKey();
    return DeploymentView.of(
        rollbacks.rollBack(new RollbackDesk.Asked(body, key, Caller.current().actor())));
  }

  @GetMapping("/deployments")
  List<DeploymentView> all(
      @RequestParam(required = false) @Nullable String application,
      @RequestParam(required = false) @Nullable String environment,
      @RequestParam(defaultValue = "50") @Min(1) @Max(1000) int limit) {
    return deployments.newest(application, environment, limit).stream()
        .map(DeploymentView::of)
        .toList();
  }

  @GetMapping("/deployments/{id}")
  DeploymentView get(@PathVariable DeploymentId id) {
    Deployment found = deployments.find(id).orElseThrow(() -> unknown(id));
    return DeploymentView.of(found, waitingFor(found));
  }

  private @Nullable DeploymentId waitingFor(Deployment deployment) {
    if (!(deployment.state() instanceof DeploymentState.Queued)) {
      return null;
    }
    List<Deployment> others =
        deployments.unfinished(deployment.place()).stream()
            .filter(other -> !other.id().equals(deployment.id()))
            .toList();
    return DeploymentQueue.first(deployment, others).map(Deployment::id).orElse(null);
  }

  @PostMapping("/deployments/{id}/approval")
  @PreAuthorize("hasRole('APPROVER')")
  DeploymentView approve(@PathVariable DeploymentId id, @Valid @RequestBody ApprovalBody body) {
    return tell(id, new Fact.Approved(body.planHash(), Caller.current().actor(), body.comment()));
  }

  @PostMapping("/deployments/{id}/rejection")
  @PreAuthorize("hasRole('APPROVER')")
  DeploymentView reject(@PathVariable DeploymentId id, @Valid @RequestBody RejectionBody body) {
    return tell(id, new Fact.Rejected(Caller.current().actor(), body.reason()));
  }

  /** For one that is held because a measurement could not tell. */
  @PostMapping("/deployments/{id}/continuation")
  @PreAuthorize("hasRole('APPROVER')")
  DeploymentView letGoOn(
      @PathVariable DeploymentId id,
      @RequestBody(required = false) @Nullable ContinuationBody body) {
    requireHeld(id);
    return tell(
        id,
        new Fact.ContinueRequested(Caller.current().actor(), body == null ? null : body.comment()));
  }

  private void requireHeld(DeploymentId id) {
    DeploymentView found = get(id);
    if (!found.state().equals("held")) {
      throw new Refusal(
          HttpStatus.CONFLICT,
          "not-held",
          "deployment %s is %s and waits for nobody's decision".formatted(id, found.state()),
          "see fairlead deployments show %s".formatted(id));
    }
  }

  @PostMapping("/deployments/{id}/cancellation")
  @PreAuthorize("hasRole('DEPLOYER')")
  DeploymentView cancel(
      @PathVariable DeploymentId id,
      @RequestBody(required = false) @Nullable CancellationBody body) {
    return tell(
        id,
        new Fact.CancelRequested(Caller.current().actor(), body == null ? null : body.reason()));
  }

  private DeploymentView tell(DeploymentId id, Fact fact) {
    try {
      return DeploymentView.of(desk.tell(id, fact));
    } catch (ApprovalRefused refused) {
      throw new Refusal(
          HttpStatus.CONFLICT,
          refused.code(),
          Objects.requireNonNull(refused.getMessage()),
          refused.advice());
    } catch (DeploymentNotFound _) {
      throw unknown(id);
    }
  }

  private static Refusal unknown(DeploymentId id) {
    return Refusal.unknown("deployment", id, "list what there is: fairlead deployments list");
  }
}
