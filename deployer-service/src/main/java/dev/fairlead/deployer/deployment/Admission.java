package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.deployment.DeploymentState.AwaitingApproval;
import dev.fairlead.deployer.deployment.DeploymentState.Cancelled;
import dev.fairlead.deployer.deployment.DeploymentState.Failed;
import dev.fairlead.deployer.deployment.DeploymentState.Planning;
import dev.fairlead.deployer.deployment.DeploymentState.Queued;
import dev.fairlead.deployer.deployment.DeploymentState.Rejected;
import dev.fairlead.deployer.deployment.DeploymentState.Running;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.events.DeploymentEvent.Approval;
import dev.fairlead.events.DeploymentEvent.Phase;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Event;
import dev.fairlead.events.PlanHash;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The way in: a deployment is planned, approved if need be, and takes its turn. Pure. */
record Admission(Deployment deployment) {

  Decision whilePlanning(Planning planning, Fact fact, Instant now) {
    return switch (fact) {
      case Fact.Planned planned -> planned(planned, planning, now);
      case Fact.PlanRefused(String reason, String advice) -> refused(reason, advice, now);
      case Fact.CancelRequested cancel -> cancelled(cancel, now);
      case Fact.PlaceRemoved removed -> placeRemoved(removed, now);
      case Fact.Approved _, Fact.Rejected _ ->
          throw new ApprovalRefused(
              "the plan is still being made", "try again when the deployment awaits approval");
      default -> deployment.unchanged();
    };
  }

  private Decision planned(Fact.Planned planned, Planning planning, Instant now) {
    Plan made = planned.plan();
    boolean approved = made.hash().equals(planning.approved());
    boolean asks =
        made.spec().approval().required() && !deployment.request().isRollback() && !approved;
    Deployment known =
        deployment
            .planned(made, planned.dataAtRisk())
            .approved(approved ? deployment.approvals() : List.of());
    Deployment next =
        known.in(
            asks
                ? new AwaitingApproval(now.plus(made.spec().approval().expiresAfter()), null)
                : approved
                    ? new Queued(planning.approved(), planning.approvedUntil(), 0)
                    : new Queued(null, null, 0));
    List<Event> events = new ArrayList<>(List.of(next.tell().planned(made)));
    if (asks) {
      events.add(next.tell().approvalRequested(made, planned.dataAtRisk(), now));
    }
    return new Decision(next, events);
  }

  Decision whileAwaitingApproval(AwaitingApproval waiting, Fact fact, Instant now) {
    return switch (fact) {
      case Fact.Approved approval -> approved(waiting, approval, now);
      case Fact.Rejected(var by, String reason) ->
          deployment.ended(new Rejected(reason), now, deployment.tell().rejected(by, reason));
      case Fact.CancelRequested cancel -> cancelled(cancel, now);
      case Fact.PlaceRemoved removed -> placeRemoved(removed, now);
      case Fact.TimePassed _ when !now.isBefore(waiting.expiresAt()) -> nobodyApproved(now);
      default -> deployment.unchanged();
    };
  }

  private Decision approved(AwaitingApproval waiting, Fact.Approved approval, Instant now) {
    requireCounts(waiting, approval, now);
    List<Approval> approvals = new ArrayList<>(deployment.approvals());
    approvals.add(new Approval(approval.by(), now, approval.comment()));
    Deployment approved = deployment.approved(approvals);
    if (waiting.first() == null && !deployment.request().requesterIsKnown()) {
      return new Decision(
          approved.in(new AwaitingApproval(waiting.expiresAt(), approval.by())), List.of());
    }
    Instant until = now.plus(deployment.known().spec().approval().expiresAfter());
    return new Decision(
        approved.in(new Queued(approval.planHash(), until, 0)),
        List.of(approved.tell().approved(approval.planHash(), approvals)));
  }

  private void requireCounts(AwaitingApproval waiting, Fact.Approved approval, Instant now) {
    if (!now.isBefore(waiting.expiresAt())) {
      throw new ApprovalRefused(
          "the question was open until %s".formatted(waiting.expiresAt()),
          "have the deployment requested again");
    }
    if (deployment.request().isFrom(approval.by())) {
      throw new ApprovalRefused(
          "own-request",
          "%s requested this deployment and cannot approve it".formatted(approval.by()),
          "ask another person with the role approver");
    }
    PlanHash hash = deployment.known().hash();
    if (!approval.planHash().equals(hash)) {
      throw new ApprovalRefused(
          "the approval is for plan %s, but the plan is %s".formatted(approval.planHash(), hash),
          "look at the plan as it is now, and approve that one");
    }
    if (approval.by().equals(waiting.first())) {
      throw new ApprovalRefused(
          "%s has approved it already; an event requested it, and nobody knows whose that was"
              .formatted(approval.by()),
          "ask a second person with the role approver, so that one of the two is not the requester");
    }
  }

  private Decision nobodyApproved(Instant now) {
    String reason =
        "nobody approved it within %s"
            .formatted(deployment.known().spec().approval().expiresAfter());
    return deployment.ended(
        new Rejected(reason), now, deployment.tell().rejected(Cause.FAIRLEAD, reason));
  }

  Decision whileQueued(Queued queued, Fact fact, Instant now) {
    return switch (fact) {
      case Fact.TurnCame(var serving) -> turnCame(queued, serving, now);
      case Fact.TurnIsFar(int position, var behind) ->
          position == queued.position()
              ? deployment.unchanged()
              : new Decision(
                  deployment.in(new Queued(queued.approved(), queued.approvedUntil(), position)),
                  List.of(deployment.tell().queued(position, behind)));
      case Fact.CancelRequested cancel -> cancelled(cancel, now);
      case Fact.PlaceRemoved removed -> placeRemoved(removed, now);
      case Fact.Superseded(var by, var version) ->
          cancelled(
              new Fact.CancelRequested(
                  Cause.FAIRLEAD, "superseded by version %s, deployment %s".formatted(version, by)),
              now);
      case Fact.Approved _, Fact.Rejected _ -> throw deployment.tooLate();
      default -> deployment.unchanged();
    };
  }

  private Decision turnCame(Queued queued, @Nullable DeploymentId serving, Instant now) {
    if (queued.approvalExpired(now)) {
      return new Decision(deployment.in(new Planning(null, null)), List.of());
    }
    Plan plan = deployment.known();
    Plan.Previous previous = plan.previous();
    if (!Objects.equals(previous == null ? null : previous.release(), serving)) {
      // what it was going to replace is gone, so it would roll back to the wrong release
      return new Decision(
          deployment.in(new Planning(queued.approved(), queued.approvedUntil())), List.of());
    }
    // that a measurement takes its time is no reason to roll back
    Instant deadline =
        now.plus(plan.spec().deadline())
            .plus(plan.spec().strategy().watching())
            .plus(plan.spec().verification().longestDoubt());
    Deployment started = deployment.startedAt(now).in(new Running(0, now, deadline));
    List<Event> events = new ArrayList<>(List.of(deployment.tell().started(plan)));
    events.addAll(started.questionsOfStep());
    return new Decision(started, events);
  }

  private Decision refused(String reason, @Nullable String advice, Instant now) {
    return deployment.ended(
        new Failed(Phase.PREFLIGHT, reason, advice),
        now,
        deployment.tell().failed(Phase.PREFLIGHT, reason, advice));
  }

  /** No failure: nobody is to be called because of what nobody wants there any more. */
  private Decision placeRemoved(Fact.PlaceRemoved removed, Instant now) {
    String reason = "%s was removed by deployment %s".formatted(deployment.place(), removed.by());
    return cancelled(new Fact.CancelRequested(Cause.FAIRLEAD, reason), now);
  }

  private Decision cancelled(Fact.CancelRequested cancel, Instant now) {
    return deployment.ended(
        new Cancelled(cancel.by(), cancel.reason()),
        now,
        deployment.tell().cancelled(cancel.by(), cancel.reason()));
  }
}
