package dev.fairlead.health.bus;

import dev.fairlead.events.ApplicationEvent.ApplicationApplied;
import dev.fairlead.events.ApplicationEvent.ApplicationRemoved;
import dev.fairlead.events.DeploymentEvent.DeploySucceeded;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.Event;
import dev.fairlead.events.InvalidEvent;
import dev.fairlead.events.Place;
import dev.fairlead.events.Topic;
import dev.fairlead.health.target.TargetRules;
import dev.fairlead.health.target.TargetTaken;
import dev.fairlead.health.target.Targets;
import dev.fairlead.health.watch.Watchlist;
import dev.fairlead.service.bus.FactHandler;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Learns from applied manifests what to probe, and from deployments what should be up. */
@Component
class ApplicationFacts implements FactHandler {

  private static final Logger LOG = LoggerFactory.getLogger(ApplicationFacts.class);

  private final Targets targets;
  private final Watchlist watchlist;

  ApplicationFacts(Targets targets, Watchlist watchlist) {
    this.targets = targets;
    this.watchlist = watchlist;
  }

  @Override
  public Set<Topic> topics() {
    return Set.of(Topic.APPLICATIONS, Topic.DEPLOYMENTS);
  }

  @Override
  public boolean wants(Event event) {
    return event instanceof ApplicationApplied
        || event instanceof ApplicationRemoved
        || event instanceof DeploySucceeded;
  }

  @Override
  public void on(Envelope fact) {
    switch (fact.event()) {
      case ApplicationApplied applied -> follow(applied);
      case ApplicationRemoved removed -> {
        watchlist.forget(removed.place(), fact.time());
        LOG.info("targets forgotten place={}", removed.place());
      }
      case DeploySucceeded deployed ->
          targets.deployed(new Place(deployed.application(), deployed.environment()), fact.time());
      default -> LOG.trace("fact passed over event={}", fact.id());
    }
  }

  private void follow(ApplicationApplied applied) {
    List<String> broken =
        applied.targets().stream()
            .flatMap(target -> TargetRules.violations(target).stream())
            .toList();
    if (!broken.isEmpty()) {
      throw new InvalidEvent("application-applied: " + String.join("; ", broken));
    }
    try {
      watchlist.follow(applied.place(), applied.targets());
    } catch (TargetTaken e) {
      throw new InvalidEvent("application-applied: " + e.getMessage(), e);
    }
    LOG.info(
        "targets learned place={} targets={} manifest={}",
        applied.place(),
        applied.targets().size(),
        applied.manifestHash());
  }
}
