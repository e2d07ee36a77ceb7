package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.deployment.PlanController.WaiverBody;
import dev.fairlead.deployer.gate.Waiver;
import dev.fairlead.deployer.gate.Waivers;
import dev.fairlead.deployer.plan.Request;
import dev.fairlead.events.AuditEvent.AuditOutcome;
import dev.fairlead.service.audit.AuditTrail;
import dev.fairlead.service.problem.Refusal;
import dev.fairlead.service.security.Caller;
import dev.fairlead.service.security.Role;
import java.util.TreeSet;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Where waivers come in: from approvers only, with a reason, and never without a trace. */
@Component
class WaiverDesk {

  private final Waivers waivers;
  private final AuditTrail audit;
  private final TransactionTemplate transaction;

  WaiverDesk(Waivers waivers, AuditTrail audit, TransactionTemplate transaction) {
    this.waivers = waivers;
    this.audit = audit;
    this.transaction = transaction;
  }

  void give(Request request, WaiverBody asked) {
    Caller caller = Caller.current();
    String what =
        "deployment %s of %s: %s, because %s"
            .formatted(
                request.id(),
                request.place(),
                String.join(", ", new TreeSet<>(asked.checks())),
                asked.reason());
    if (!caller.has(Role.APPROVER)) {
      audit.record(caller, "gate.waive", request.place().toString(), AuditOutcome.DENIED, what);
      throw new Refusal(
          HttpStatus.FORBIDDEN,
          "waiver-refused",
          "%s may deploy, but not waive checks of the gates".formatted(caller.actor()),
          "ask somebody with the roles deployer and approver to request it");
    }
    if (!Waiver.WAIVABLE.containsAll(asked.checks())) {
      throw new Refusal(
          HttpStatus.BAD_REQUEST,
          "not-waivable",
          "waive names %s".formatted(String.join(", ", new TreeSet<>(asked.checks()))),
          "only these can be waived: %s"
              .formatted(String.join(", ", new TreeSet<>(Waiver.WAIVABLE))));
    }
    transaction.executeWithoutResult(
        status -> {
          waivers.give(request.id(), new Waiver(asked.checks(), asked.reason(), caller.actor()));
          audit.record(
              caller, "gate.waive", request.place().toString(), AuditOutcome.ALLOWED, what);
        });
  }
}
