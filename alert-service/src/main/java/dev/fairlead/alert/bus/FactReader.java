package dev.fairlead.alert.bus;

import dev.fairlead.alert.alert.AlertDesk;
import dev.fairlead.alert.alert.Interest;
import dev.fairlead.alert.watchdog.BackupWatch;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.Event;
import dev.fairlead.events.Topic;
import dev.fairlead.service.bus.FactHandler;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Hands every fact that may mean something to the desk and to the watchdog. */
@Component
class FactReader implements FactHandler {

  private final Interest interest;
  private final AlertDesk desk;
  private final BackupWatch watch;

  FactReader(Interest interest, AlertDesk desk, BackupWatch watch) {
    this.interest = interest;
    this.desk = desk;
    this.watch = watch;
  }

  @Override
  public Set<Topic> topics() {
    return Set.of(Topic.APPLICATIONS, Topic.DEPLOYMENTS, Topic.BACKUPS, Topic.HEALTH);
  }

  @Override
  public boolean wants(Event event) {
    return interest.in(event) || watch.wants(event);
  }

  @Override
  public void on(Envelope fact) {
    desk.on(fact);
    watch.on(fact);
  }
}
