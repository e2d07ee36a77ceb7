package dev.fairlead.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** Who did what, keyed by {@link Actor}. */
public sealed interface AuditEvent extends Event {

  Actor actor();

  @Override
  default String subject() {
    return actor().toString();
  }

  @Override
  default Topic topic() {
    return Topic.AUDIT;
  }

  /**
   * Somebody did something, or was kept from it.
   *
   * @param role of the actor at that moment, or "none"
   * @param operation such as {@code POST /deployments} or {@code deployment.approve}
   * @param on what it was done to
   * @param remoteAddress where the request came from; absent for what came over Kafka
   */
  @EventName("operation-audited")
  record OperationAudited(
      Actor actor,
      String role,
      String operation,
      String on,
      AuditOutcome outcome,
      @Nullable String detail,
      @Nullable String remoteAddress)
      implements AuditEvent {}

  enum AuditOutcome {
    @JsonProperty("allowed")
    ALLOWED,
    @JsonProperty("denied")
    DENIED,
    @JsonProperty("failed")
    FAILED
  }
}
