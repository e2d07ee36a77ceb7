package dev.fairlead.service.audit;

import dev.fairlead.events.Actor;
import dev.fairlead.events.AuditEvent.AuditOutcome;
import dev.fairlead.events.AuditEvent.OperationAudited;
import dev.fairlead.events.Envelope;
import dev.fairlead.service.outbox.Outbox;
import dev.fairlead.service.secret.Redaction;
import dev.fairlead.service.security.Caller;
import dev.fairlead.service.security.Role;
import java.time.Clock;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;

/** Records who did what, as an event, in the transaction of the operation if there is one. */
public final class AuditTrail {

  private final Outbox outbox;
  private final TransactionTemplate transaction;
  private final String service;
  private final Clock clock;

  AuditTrail(Outbox outbox, TransactionTemplate transaction, String service, Clock clock) {
    this.outbox = outbox;
    this.transaction = transaction;
    this.service = service;
    this.clock = clock;
  }

  /**
   * Writes down what somebody did, or was kept from.
   *
   * @param operation such as {@code deployment.approve}
   * @param on what it was done to
   */
  public void record(
      Caller caller, String operation, String on, AuditOutcome outcome, @Nullable String detail) {
    record(caller.actor(), highest(caller), operation, on, outcome, detail, null);
  }

  /** For what a service or an event did: nobody called, so there is no role. */
  public void record(
      Actor actor, String operation, String on, AuditOutcome outcome, @Nullable String detail) {
    record(actor, "none", operation, on, outcome, detail, null);
  }

  void record(
      Actor actor,
      String role,
      String operation,
      String on,
      AuditOutcome outcome,
      @Nullable String detail,
      @Nullable String remoteAddress) {
    OperationAudited event =
        new OperationAudited(
            actor,
            role,
            operation,
            Redaction.redact(on),
            outcome,
            detail == null ? null : Redaction.redact(detail),
            remoteAddress);
    Envelope envelope = Envelope.of(service, clock.instant(), event).by(actor);
    transaction.executeWithoutResult(status -> outbox.append(envelope));
  }

  static String highest(Caller caller) {
    return caller.roles().stream().max(Comparator.naturalOrder()).map(Role::text).orElse("none");
  }
}
