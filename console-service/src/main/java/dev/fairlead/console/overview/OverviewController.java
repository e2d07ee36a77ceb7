package dev.fairlead.console.overview;

import dev.fairlead.console.overview.LastWords.LastWord;
import dev.fairlead.events.Topic;
import java.util.List;
import java.util.Set;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** What stands where, at a glance: trouble first, then everything. */
@RestController
class OverviewController {

  private static final Set<String> TROUBLE =
      Set.of("health-degraded", "heartbeat-missed", "resource-pressure", "performance-regressed");

  private static final Set<String> OPEN_ALERT =
      Set.of("alert-raised", "alert-acknowledged", "alert-escalated");

  private final LastWords lastWords;

  OverviewController(LastWords lastWords) {
    this.lastWords = lastWords;
  }

  record Overview(
      List<LastWord> alerts,
      List<LastWord> unhealthy,
      List<LastWord> deployments,
      List<LastWord> backups,
      List<LastWord> decisions) {}

  @GetMapping("/overview")
  Overview overview() {
    return new Overview(
        named(Topic.ALERTS, OPEN_ALERT),
        named(Topic.HEALTH, TROUBLE),
        lastWords.on(Topic.DEPLOYMENTS),
        lastWords.on(Topic.BACKUPS),
        lastWords.on(Topic.DECISION_STATES));
  }

  private List<LastWord> named(Topic topic, Set<String> names) {
    return lastWords.on(topic).stream().filter(word -> names.contains(word.name())).toList();
  }
}
