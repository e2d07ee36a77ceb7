package dev.fairlead.cli.demo;

import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Json;
import dev.fairlead.cli.service.Service;
import java.time.Duration;
import java.util.List;

/** Production waits for a second person. */
final class Approval implements Chapter {

  private static final String PRODUCTION = "production";
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Suite suite;
  private final Claims claims;
  private String deployment = "";
  private String planHash = "";

  Approval(Suite suite, Claims claims) {
    this.suite = suite;
    this.claims = claims;
  }

  @Override
  public void tell() throws InterruptedException {
    boolean waits =
        claims.settle(
            "waits-for-approval",
            "version 4 waits for approval before it enters production",
            this::waitsForApproval);
    if (!waits) {
      return;
    }
    claims.settle(
        "requester-cannot-approve",
        "whoever requested it cannot approve it, not even an administrator",
        this::requesterIsRefused);
    claims.settle(
        "approved-plan-runs",
        "another person approves exactly this plan, and it runs",
        this::approvedPlanRuns);
  }

  private String waitsForApproval() throws Exception {
    deployment = suite.deploy("admin", PRODUCTION, "4", List.of());
    Json waiting = suite.awaitState(deployment, "awaiting-approval", PATIENCE);
    planHash = waiting.text("planHash");
    return "plan " + planHash.substring(0, Math.min(19, planHash.length())) + "…";
  }

  private String requesterIsRefused() throws NotObserved {
    try {
      approveAs("admin");
    } catch (Failure refused) {
      return refused.getMessage();
    }
    throw new NotObserved("the requester's approval was accepted");
  }

  private String approvedPlanRuns() throws Exception {
    approveAs("approver");
    try (Traffic traffic = new Traffic(suite.edge(), Suite.host(PRODUCTION))) {
      suite.awaitServed(PRODUCTION, "4", PATIENCE);
      traffic.start(Story.REQUESTS_PER_SECOND);
      suite.awaitState(deployment, "succeeded", PATIENCE);
    }
    String served = suite.servedVersion(PRODUCTION);
    if (!served.equals("4")) {
      throw new NotObserved("version %s serves in production".formatted(served));
    }
    return "approved by approver; version 4 serves in production";
  }

  private void approveAs(String identity) {
    suite
        .as(identity, Service.DEPLOYER)
        .post("/deployments/" + deployment + "/approval", Json.object("planHash", planHash));
  }
}
