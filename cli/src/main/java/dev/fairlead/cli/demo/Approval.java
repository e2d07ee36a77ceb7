package dev.fairlead.cli.demo;

import dev.fairlead.cli.Exit;
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
  private Tally tally = Tally.NOTHING;

  Approval(Suite suite, Claims claims) {
    this.suite = suite;
    this.claims = claims;
  }

  @Override
  public void tell() throws InterruptedException {
    if (!claims.settle(Promise.WAITS_FOR_APPROVAL, this::waitsForApproval)) {
      return;
    }
    claims.settle(Promise.REQUESTER_CANNOT_APPROVE, this::requesterIsRefused);
    claims.settle(Promise.APPROVED_PLAN_RUNS, this::approvedPlanRuns);
  }

  /** All of it, once the chapter is told; production has no other. */
  Tally traffic() {
    return tally;
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
    } catch (Failure failure) {
      return ownRequest(failure);
    }
    throw new NotObserved("the requester's approval was accepted");
  }

  /** Any other failure, a service that is away for one, says nothing of who may approve. */
  static String ownRequest(Failure failure) throws NotObserved {
    if (failure.exit() != Exit.BLOCKED || !failure.code().equals("own-request")) {
      throw new NotObserved("it failed for another reason: " + failure.getMessage());
    }
    return failure.getMessage();
  }

  private String approvedPlanRuns() throws Exception {
    approveAs("approver");
    Traffic traffic = new Traffic(suite.edge(), Suite.host(PRODUCTION));
    try (traffic) {
      suite.awaitServed(PRODUCTION, "4", PATIENCE);
      traffic.start(Story.REQUESTS_PER_SECOND);
      suite.awaitState(deployment, "succeeded", PATIENCE);
    } finally {
      tally = traffic.tally();
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
