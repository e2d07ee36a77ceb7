package dev.fairlead.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The life of decision records, keyed by {@link DecisionId}. */
public sealed interface DecisionEvent extends Event {

  DecisionId decision();

  @Override
  default String subject() {
    return decision().toString();
  }

  @Override
  default Topic topic() {
    return Topic.DECISIONS;
  }

  enum DecisionStatus {
    @JsonProperty("proposed")
    PROPOSED,
    @JsonProperty("accepted")
    ACCEPTED,
    @JsonProperty("superseded")
    SUPERSEDED,
    @JsonProperty("deprecated")
    DEPRECATED,
    @JsonProperty("rejected")
    REJECTED
  }

  @EventName("decision-proposed")
  record DecisionProposed(
      DecisionId decision, String title, Actor proposedBy, List<String> appliesTo, String commit)
      implements DecisionEvent {}

  @EventName("decision-accepted")
  record DecisionAccepted(DecisionId decision, String title, Actor acceptedBy, String commit)
      implements DecisionEvent {}

  @EventName("decision-superseded")
  record DecisionSuperseded(
      DecisionId decision, DecisionId supersededBy, Actor decidedBy, String commit)
      implements DecisionEvent {}

  @EventName("decision-deprecated")
  record DecisionDeprecated(DecisionId decision, String reason, Actor decidedBy, String commit)
      implements DecisionEvent {}

  @EventName("decision-rejected")
  record DecisionRejected(DecisionId decision, String reason, Actor decidedBy, String commit)
      implements DecisionEvent {}

  @EventName("decision-reaffirmed")
  record DecisionReaffirmed(
      DecisionId decision, @Nullable LocalDate reviewBy, Actor decidedBy, String commit)
      implements DecisionEvent {}

  @EventName("decision-review-due")
  record DecisionReviewDue(DecisionId decision, String title, LocalDate reviewBy)
      implements DecisionEvent {}

  /**
   * A deployment named this decision, and the gate answered.
   *
   * @param place {@code application/environment}
   * @param waivedBy who let the deployment go on although the decision does not stand; absent when
   *     nobody did
   * @param waiver why
   */
  @EventName("gate-evaluated")
  record GateEvaluated(
      DecisionId decision,
      DeploymentId deployment,
      boolean passed,
      String detail,
      @Nullable String place,
      @Nullable Version version,
      @Nullable Actor waivedBy,
      @Nullable String waiver)
      implements DecisionEvent {}

  /** The latest state of a decision; what gates read, also while adr-service is down. */
  @EventName("decision-state")
  record DecisionState(
      DecisionId decision,
      String title,
      DecisionStatus status,
      LocalDate date,
      @Nullable LocalDate reviewBy,
      @Nullable DecisionId supersededBy,
      List<String> appliesTo)
      implements DecisionEvent {
    @Override
    public Topic topic() {
      return Topic.DECISION_STATES;
    }
  }
}
