package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.deployment.DeploymentState.Held;
import dev.fairlead.deployer.deployment.DeploymentState.Running;
import dev.fairlead.deployer.plan.Step;
import dev.fairlead.events.Actor;
import dev.fairlead.events.DeploymentEvent.StepOutcome;
import dev.fairlead.events.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A release that no measurement could judge waits for a person: no data is neither success nor a
 * reason to roll back. Pure.
 */
record Doubt(Deployment deployment, Held held) {

  /** The name under which the person's answer is kept among the steps. */
  private static final String ANSWER = "decision";

  /**
   * @param deployment with the step that could not tell in its history
   * @param events what is to be told before
   */
  static Decision begin(Deployment deployment, Running running, List<Event> events, Instant now) {
    StepRecord doubtful = deployment.history().getLast();
    Instant expiresAt = now.plus(deployment.known().spec().approval().expiresAfter());
    events.add(deployment.tell().held(doubtful, expiresAt));
    Held held =
        new Held(running.step(), now, expiresAt, doubtful.detail(), running.deadline(), null);
    return new Decision(deployment.in(held), events);
  }

  Decision on(Fact fact, Instant now) {
    return switch (fact) {
      case Fact.ContinueRequested answer -> goOn(answer, now);
      case Fact.TimePassed _ when !now.isBefore(held.expiresAt()) -> nobodyDecided(now);
      case Fact.CancelRequested _, Fact.HealthDegraded _, Fact.Regressed _ ->
          progress(now).on(fact, now);
      case Fact.Approved _, Fact.Rejected _ -> throw deployment.tooLate();
      default -> deployment.unchanged();
    };
  }

  /** Whoever let an event ask for it must not vouch alone: one of two persons is another one. */
  private Decision goOn(Fact.ContinueRequested answer, Instant now) {
    if (deployment.known().spec().approval().required()) {
      requireOther(answer.by());
      if (held.first() == null && !deployment.request().requesterIsKnown()) {
        return new Decision(deployment.in(held.vouchedForBy(answer.by())), List.of());
      }
    }
    String detail =
        "%s it go on%s"
            .formatted(voices(answer), answer.comment() == null ? "" : ": " + answer.comment());
    Deployment after =
        deployment.with(
            StepRecord.of(answerTo(step()), held.since(), StepOutcome.SUCCEEDED, detail, now));
    List<Event> events = new ArrayList<>();
    events.add(after.tell().stepCompleted(after.history().getLast()));
    return new Doubt(after, held).progress(now).goOn(events, now);
  }

  private void requireOther(Actor voucher) {
    if (deployment.request().isFrom(voucher)) {
      throw new ApprovalRefused(
          "own-request",
          "%s requested this deployment and cannot vouch for it".formatted(voucher),
          "ask another person with the role approver");
    }
    if (voucher.equals(held.first())) {
      throw new ApprovalRefused(
          "%s vouches for it already; an event requested it, and nobody knows whose that was"
              .formatted(voucher),
          "ask a second person with the role approver, so that one of the two is not the requester");
    }
  }

  private String voices(Fact.ContinueRequested answer) {
    return held.first() == null
        ? "%s lets".formatted(answer.by())
        : "%s and %s let".formatted(held.first(), answer.by());
  }

  private Decision nobodyDecided(Instant now) {
    Cause cause =
        new Cause.Failure(
            step().phase(),
            "nobody decided within %s about: %s"
                .formatted(Duration.between(held.since(), held.expiresAt()), held.evidence()),
            "deploy it again when there is traffic to measure, or somebody to decide");
    return progress(now).turnBack(cause, StepOutcome.SKIPPED, now);
  }

  /** As it was before the doubt; the time of waiting does not count against the deadline. */
  private Progress progress(Instant now) {
    Duration waited = Duration.between(held.since(), now);
    return new Progress(
        deployment, new Running(held.step(), held.since(), held.deadline().plus(waited)));
  }

  private Step step() {
    return deployment.known().steps().get(held.step());
  }

  private static Step answerTo(Step step) {
    return new Step(step.phase(), ANSWER, "a person decides", step.work());
  }
}
