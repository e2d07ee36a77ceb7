package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.deployment.PlanController.WaiverBody;
import dev.fairlead.deployer.gate.Candidate;
import dev.fairlead.deployer.gate.GateReport;
import dev.fairlead.deployer.gate.Gates;
import dev.fairlead.deployer.manifest.ApprovalPolicy;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.Request;
import dev.fairlead.deployer.plan.Step;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.DeploymentEvent.PlannedStep;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Place;
import dev.fairlead.events.PlanHash;
import dev.fairlead.events.Version;
import dev.fairlead.service.security.Caller;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code POST /removals}: takes an application away from an environment. It is asked for over HTTP
 * alone: an event could be from anybody.
 */
@RestController
class RemovalController {

  private static final Version NONE = new Version("none");

  private final Planner planner;
  private final RequestDesk requests;
  private final Deployments deployments;
  private final Releases releases;
  private final Gates gates;
  private final RemovalForecast forecast;
  private final Clock clock;

  RemovalController(
      Planner planner,
      RequestDesk requests,
      Deployments deployments,
      Releases releases,
      Gates gates,
      RemovalForecast forecast,
      Clock clock) {
    this.planner = planner;
    this.requests = requests;
    this.deployments = deployments;
    this.releases = releases;
    this.gates = gates;
    this.forecast = forecast;
    this.clock = clock;
  }

  record RemovalBody(
      @NotNull ApplicationName application,
      @NotNull EnvironmentName environment,
      @Nullable String idempotencyKey,
      @Nullable String reason,
      @Valid @Nullable WaiverBody waive) {

    Place place() {
      return new Place(application, environment);
    }
  }

  /**
   * @param version what serves there, or was recorded last; {@code none} where nothing was
   * @param goes what it takes away, a sentence each
   * @param stays what it leaves, a sentence each
   */
  record RemovalView(
      PlanHash planHash,
      ApplicationName application,
      EnvironmentName environment,
      Version version,
      boolean needsApproval,
      @Nullable String approvalReason,
      List<PlannedStep> steps,
      List<GateView> gates,
      List<String> goes,
      List<String> stays) {}

  /** The dry run. What it shows is what a removal would do. */
  @PostMapping("/removals/plan")
  @PreAuthorize("hasRole('DEPLOYER')")
  RemovalView plan(@Valid @RequestBody RemovalBody body) throws InterruptedException {
    Request request = request(body, DeploymentId.random(), there(body.place()));
    Plan plan = planner.plan(request);
    return view(plan, gates.report(new Candidate(request, plan)));
  }

  private RemovalView view(Plan plan, GateReport report) {
    ApprovalPolicy approval = plan.spec().approval();
    return new RemovalView(
        plan.hash(),
        plan.place().application(),
        plan.place().environment(),
        plan.version(),
        approval.required(),
        approval.lifted() == null ? null : approval.lifted().reason(),
        plan.steps().stream().map(Step::planned).toList(),
        report.findings().stream().map(GateView::of).toList(),
        forecast.goes(plan),
        forecast.stays(plan));
  }

  /** One that is under way already is the same removal, whoever asks. */
  @PostMapping("/removals")
  @PreAuthorize("hasRole('DEPLOYER')")
  @ResponseStatus(HttpStatus.ACCEPTED)
  DeploymentView remove(@Valid @RequestBody RemovalBody body) {
    String key =
        body.idempotencyKey() == null ? UUID.randomUUID().toString() : body.idempotencyKey();
    return underWay(body.place())
        .filter(_ -> body.idempotencyKey() == null)
        .map(same -> DeploymentView.of(requests.joined(same, body.waive())))
        .orElseGet(() -> begun(body, key));
  }

  private DeploymentView begun(RemovalBody body, String key) {
    Optional<Version> earlier =
        deployments.requested(body.place(), key).map(known -> known.request().version());
    Version version = earlier.orElseGet(() -> there(body.place()));
    Request request = request(body, DeploymentId.forRequest(key), version);
    if (earlier.isEmpty()) {
      planner.plan(request); // refused at once rather than visibly later
    }
    return DeploymentView.of(requests.request(request, key, body.waive()));
  }

  private Optional<Deployment> underWay(Place place) {
    return deployments.unfinished(place).stream()
        .filter(deployment -> deployment.request().takesAway())
        .findFirst();
  }

  private Request request(RemovalBody body, DeploymentId id, Version version) {
    return Request.toRemove(
        id, body.place(), version, body.reason(), Caller.current().actor(), clock.instant());
  }

  private Version there(Place place) {
    return releases
        .serving(place)
        .or(() -> releases.recorded(place).stream().findFirst())
        .map(Release::version)
        .orElse(NONE);
  }
}
