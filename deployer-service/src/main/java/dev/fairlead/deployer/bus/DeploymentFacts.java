package dev.fairlead.deployer.bus;

import dev.fairlead.deployer.DeployerSettings;
import dev.fairlead.deployer.deployment.ApprovalRefused;
import dev.fairlead.deployer.deployment.DeploymentDesk;
import dev.fairlead.deployer.deployment.DeploymentNotFound;
import dev.fairlead.deployer.deployment.Fact;
import dev.fairlead.deployer.plan.Request;
import dev.fairlead.events.Actor;
import dev.fairlead.events.DeploymentEvent.DeployApproved;
import dev.fairlead.events.DeploymentEvent.DeployRejected;
import dev.fairlead.events.DeploymentEvent.DeployRequested;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.Topic;
import dev.fairlead.service.bus.FactHandler;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Requests and approvals that arrive as events. */
@Component
class DeploymentFacts implements FactHandler {

  private static final Logger log = LoggerFactory.getLogger(DeploymentFacts.class);

  private final DeploymentDesk desk;
  private final DeployerSettings settings;
  private final Clock clock;

  DeploymentFacts(DeploymentDesk desk, DeployerSettings settings, Clock clock) {
    this.desk = desk;
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public Set<Topic> topics() {
    return Set.of(Topic.DEPLOYMENTS);
  }

  @Override
  public void on(Envelope fact) {
    switch (fact.event()) {
      case DeployRequested asked -> desk.request(request(asked, fact));
      case DeployApproved approved when isBelieved(fact) ->
          answer(
              approved.deployment(),
              new Fact.Approved(approved.planHash(), approved.approvedBy(), approved.comment()));
      case DeployRejected rejected when isBelieved(fact) ->
          answer(
              rejected.deployment(), new Fact.Rejected(rejected.rejectedBy(), rejected.reason()));
      default -> {}
    }
  }

  private boolean isBelieved(Envelope fact) {
    return settings.believedApprovers().contains(fact.source());
  }

  private void answer(DeploymentId deployment, Fact fact) {
    try {
      desk.tell(deployment, fact);
    } catch (ApprovalRefused | DeploymentNotFound e) {
      log.warn("deployment={} answer=ignored reason=\"{}\"", deployment, e.getMessage());
    }
  }

  /** The deployer announces requests over HTTP itself: those have begun already. */
  private Request request(DeployRequested asked, Envelope fact) {
    String key =
        asked.idempotencyKey() == null ? fact.source() + "#" + fact.id() : asked.idempotencyKey();
    Actor claimed = asked.requestedBy() == null ? fact.actor() : asked.requestedBy();
    return new Request(
        DeploymentId.forRequest(key),
        asked.place(),
        asked.version(),
        asked.artifact(),
        asked.commit(),
        Objects.requireNonNullElse(asked.decisions(), List.of()),
        Boolean.TRUE.equals(asked.skipTests()),
        asked.reason(),
        new Actor("event:" + fact.source()),
        claimed,
        null,
        clock.instant());
  }
}
