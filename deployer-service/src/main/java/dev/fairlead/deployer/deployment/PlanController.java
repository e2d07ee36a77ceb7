package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.gate.Candidate;
import dev.fairlead.deployer.gate.GateReport;
import dev.fairlead.deployer.gate.Gates;
import dev.fairlead.deployer.manifest.ApprovalPolicy;
import dev.fairlead.deployer.plan.CommitDetails;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.PlannedMigration;
import dev.fairlead.deployer.plan.Request;
import dev.fairlead.deployer.plan.Step;
import dev.fairlead.events.Actor;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.DecisionId;
import dev.fairlead.events.DeploymentEvent.DataAtRisk;
import dev.fairlead.events.DeploymentEvent.PlannedStep;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Place;
import dev.fairlead.events.PlanHash;
import dev.fairlead.events.Version;
import dev.fairlead.service.security.Caller;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /plans}: the dry run. What it shows is what a deployment would do. */
@RestController
class PlanController {

  private final Planner planner;
  private final Gates gates;
  private final Clock clock;

  PlanController(Planner planner, Gates gates, Clock clock) {
    this.planner = planner;
    this.gates = gates;
    this.clock = clock;
  }

  /**
   * What a deployment and its dry run are asked for with.
   *
   * @param message of the commit; its first line is kept
   * @param author of the commit
   */
  record DeployBody(
      @NotNull ApplicationName application,
      @NotNull EnvironmentName environment,
      @NotNull Version version,
      @Nullable String artifact,
      @Nullable String idempotencyKey,
      @Nullable String commit,
      @Nullable String message,
      @Nullable String author,
      @Nullable List<DecisionId> decisions,
      @Nullable Boolean skipTests,
      @Nullable String reason,
      @Valid @Nullable WaiverBody waive) {

    Request request(DeploymentId id, Actor by, Instant now) {
      return new Request(
          id,
          new Place(application, environment),
          version,
          artifact,
          commit,
          Objects.requireNonNullElse(decisions, List.of()),
          Boolean.TRUE.equals(skipTests),
          reason,
          by,
          null,
          null,
          now,
          CommitDetails.told(message, author));
    }
  }

  /**
   * Checks of the gates that may fail this time.
   *
   * @param checks by name
   */
  record WaiverBody(@NotEmpty Set<String> checks, @NotBlank String reason) {}

  /**
   * @param approvalReason why approval is needed though the manifest does not say so; else absent
   */
  record PlanView(
      PlanHash planHash,
      ApplicationName application,
      EnvironmentName environment,
      Version version,
      @Nullable Version previousVersion,
      ArtifactDigest digest,
      String artifact,
      String strategy,
      boolean needsApproval,
      @Nullable String approvalReason,
      List<PlannedMigration> migrations,
      List<PlannedStep> steps,
      List<GateView> gates,
      List<DataAtRisk> dataAtRisk) {}

  @PostMapping("/plans")
  @PreAuthorize("hasRole('DEPLOYER')")
  PlanView plan(@Valid @RequestBody DeployBody body) throws InterruptedException {
    Request request =
        body.request(DeploymentId.random(), Caller.current().actor(), clock.instant());
    References.of(request).requirePrintable();
    Plan plan = planner.plan(request);
    return view(plan, gates.report(new Candidate(request, plan)), planner.dataAtRisk(plan));
  }

  private static @Nullable String approvalReason(ApprovalPolicy approval) {
    return approval.lifted() == null ? null : approval.lifted().reason();
  }

  private static PlanView view(Plan plan, GateReport report, List<DataAtRisk> risks) {
    Plan.Previous previous = plan.previous();
    return new PlanView(
        plan.hash(),
        plan.place().application(),
        plan.place().environment(),
        plan.version(),
        previous == null ? null : previous.version(),
        plan.digest(),
        plan.artifact(),
        plan.spec().strategy().name(),
        plan.spec().approval().required(),
        approvalReason(plan.spec().approval()),
        plan.migrations(),
        plan.steps().stream().map(Step::planned).toList(),
        report.findings().stream().map(GateView::of).toList(),
        risks);
  }
}
