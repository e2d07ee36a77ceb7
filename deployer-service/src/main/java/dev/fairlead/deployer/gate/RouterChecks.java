package dev.fairlead.deployer.gate;

import dev.fairlead.deployer.fleet.Routers;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.Work;
import dev.fairlead.deployer.router.Capability;
import dev.fairlead.deployer.router.Router;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Whether the environment's router can do what the plan asks of it. */
final class RouterChecks implements Check {

  private final Routers routers;

  RouterChecks(Routers routers) {
    this.routers = routers;
  }

  /** Of a router that this deployer does not have, another check tells. */
  @Override
  public List<Finding> look(Candidate candidate) {
    Plan plan = candidate.plan();
    Router router = routers.byKind().get(plan.spec().route().kind());
    List<Finding> findings = new ArrayList<>();
    if (router != null && holdsRequests(plan)) {
      findings.add(hold(plan, router.capabilities()));
    }
    if (router != null && !plan.spec().verification().window().isZero()) {
      findings.add(figures(plan, router.capabilities()));
    }
    return findings;
  }

  private static boolean holdsRequests(Plan plan) {
    return plan.steps().stream().anyMatch(step -> step.work() instanceof Work.HoldTraffic);
  }

  private static Finding hold(Plan plan, Set<Capability> capabilities) {
    String router = plan.spec().route().kind().word();
    return capabilities.contains(Capability.HOLD)
        ? Finding.passed(
            Gate.INFRASTRUCTURE, Grade.MUST, "hold", router + " can hold requests back")
        : Finding.failed(
            Gate.INFRASTRUCTURE,
            Grade.MUST,
            "hold",
            "router %s cannot hold requests back, and this plan has to for a while"
                .formatted(router),
            "choose 'router: edge', a strategy other than recreate, or make the migrations compatible");
  }

  private static Finding figures(Plan plan, Set<Capability> capabilities) {
    String router = plan.spec().route().kind().word();
    return capabilities.contains(Capability.FIGURES)
        ? Finding.passed(
            Gate.INFRASTRUCTURE, Grade.SHOULD, "figures", router + " counts requests and errors")
        : Finding.failed(
            Gate.INFRASTRUCTURE,
            Grade.SHOULD,
            "figures",
            "router %s counts no requests, so the verification at the router will be inconclusive"
                .formatted(router),
            "set 'verification.window: 0s', or choose another router");
  }
}
