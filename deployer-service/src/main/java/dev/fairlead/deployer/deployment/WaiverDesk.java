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
import java.util.Optional;
import java.util.TreeSet;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Where waivers come in: from approvers only, with a reason, and never without a trace. */
@Component
class WaiverDesk {

  private final Waivers waivers;
  private final AuditTrail audit;

  WaiverDesk(Waivers waivers, AuditTrail audit) {
    this.waivers = waivers;
    this.audit = audit;
  }

  /** The waiver that whoever calls may give. */
  Waiver allowed(Request request, WaiverBody asked) {
    Caller caller = Caller.current();
    Waiver waiver = new Waiver(asked.checks(), Wording.clean(asked.reason()), caller.actor());
    if (!caller.has(Role.APPROVER)) {
      audit.record(
          caller,
          "gate.waive",
          request.place().toString(),
          AuditOutcome.DENIED,
          told(request, waiver));
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
    return waiver;
  }

  void give(Request request, Waiver waiver) {
    waivers.give(request.id(), waiver);
    audit.record(
        Caller.current(),
        "gate.waive",
        request.place().toString(),
        AuditOutcome.ALLOWED,
        told(request, waiver));
  }

  Optional<Waiver> of(Request request) {
    return waivers.find(request.id());
  }

  private static String told(Request request, Waiver waiver) {
    return "deployment %s of %s: %s, because %s"
        .formatted(
            request.id(),
            request.place(),
            String.join(", ", new TreeSet<>(waiver.checks())),
            waiver.reason());
  }
}
