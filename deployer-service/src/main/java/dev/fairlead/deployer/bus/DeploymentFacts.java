package dev.fairlead.deployer.bus;

import dev.fairlead.deployer.deployment.DeploymentDesk;
import dev.fairlead.deployer.plan.CommitDetails;
import dev.fairlead.deployer.plan.Request;
import dev.fairlead.events.Actor;
import dev.fairlead.events.DeploymentEvent.DeployRequested;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.InvalidEvent;
import dev.fairlead.events.Topic;
import dev.fairlead.service.bus.FactHandler;
import dev.fairlead.service.problem.Refusal;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Requests that arrive as events. */
@Component
class DeploymentFacts implements FactHandler {

  private final DeploymentDesk desk;
  private final Clock clock;

  DeploymentFacts(DeploymentDesk desk, Clock clock) {
    this.desk = desk;
    this.clock = clock;
  }

  @Override
  public Set<Topic> topics() {
    return Set.of(Topic.DEPLOYMENTS);
  }

  @Override
  public void on(Envelope fact) {
    // approvals are never read from here: whoever may write to the topic could forge one
    if (fact.event() instanceof DeployRequested asked) {
      begin(asked, fact);
    }
  }

  /** The deployer announces requests over HTTP itself: those have begun already. */
  private void begin(DeployRequested asked, Envelope fact) {
    String key =
        asked.idempotencyKey() == null ? fact.source() + "#" + fact.id() : asked.idempotencyKey();
    try {
      desk.request(request(asked, fact, key), key);
    } catch (Refusal refused) {
      throw new InvalidEvent(
          "%s: %s; %s".formatted(refused.code(), refused.detail(), refused.advice()), refused);
    }
  }

  private Request request(DeployRequested asked, Envelope fact, String key) {
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
        Request.unknownRequester(fact.source()),
        claimed,
        null,
        clock.instant(),
        CommitDetails.told(asked.message(), asked.author()));
  }
}
