package dev.fairlead.cli.demo;

import dev.fairlead.cli.Json;
import dev.fairlead.cli.service.Service;
import java.time.Duration;
import java.util.List;

/** A deployment rests on a decision that nobody has accepted yet. */
final class Gate implements Chapter {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Suite suite;
  private final Claims claims;
  private String decision = "";

  Gate(Suite suite, Claims claims) {
    this.suite = suite;
    this.claims = claims;
  }

  @Override
  public void tell() throws InterruptedException {
    boolean refused = claims.settle(Promise.UNACCEPTED_DECISION_BLOCKS, this::blocked);
    if (!refused) {
      return;
    }
    claims.settle(Promise.ACCEPTED_DECISION_PASSES, this::passes);
  }

  private String blocked() throws Exception {
    decision =
        suite
            .as("deployer", Service.ADR)
            .post(
                "/decisions",
                Json.object(
                    "title", "Keep orders for ten years",
                    "context", "The law asks for it.",
                    "decision", "Orders are never deleted before ten years have passed."))
            .text("decision");
    suite.await(
        "the decision's state",
        PATIENCE,
        () -> suite.as("viewer", Service.ADR).get("/decisions/" + decision),
        found -> found.text("status").equalsIgnoreCase("proposed"));
    String id = suite.deploy("deployer", "staging", "4", List.of(decision));
    Json end = suite.awaitState(id, "failed", PATIENCE);
    if (!end.text("reason").contains(decision)) {
      throw new NotObserved("it failed for another reason: " + end.text("reason"));
    }
    return end.text("reason");
  }

  private String passes() throws Exception {
    suite.as("approver", Service.ADR).post("/decisions/" + decision + "/acceptance", Json.object());
    suite.await(
        "the accepted decision",
        PATIENCE,
        () -> suite.as("viewer", Service.ADR).get("/decisions/" + decision),
        found -> found.text("status").equalsIgnoreCase("accepted"));
    return deployedOnce();
  }

  /** The deployer hears of the acceptance over Kafka: a moment later, never much later. */
  private String deployedOnce() throws Exception {
    String end =
        suite.await(
            "a deployment that rests on " + decision,
            PATIENCE,
            () -> {
              String id = suite.deploy("deployer", "staging", "4", List.of(decision));
              return suite
                  .await(
                      "its end",
                      PATIENCE,
                      () -> suite.deployment(id),
                      now -> now.find("endedAt").isPresent())
                  .text("state");
            },
            "succeeded"::equals);
    return "%s accepted, the deployment %s".formatted(decision, end);
  }
}
