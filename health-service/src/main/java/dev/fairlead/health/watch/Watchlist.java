package dev.fairlead.health.watch;

import dev.fairlead.events.ApplicationEvent.HealthTarget;
import dev.fairlead.events.Place;
import dev.fairlead.events.TargetId;
import dev.fairlead.health.target.Target;
import dev.fairlead.health.target.TargetTaken;
import dev.fairlead.health.target.Targets;
import dev.fairlead.health.verdict.Standing;
import dev.fairlead.health.verdict.Transition;
import dev.fairlead.health.verdict.Verdicts;
import dev.fairlead.service.outbox.Outbox;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Changes what is watched. A target that is dropped while an incident is open ends it: nobody looks
 * any more, so nothing else ever could.
 */
@Component
public class Watchlist {

  private final Targets targets;
  private final Verdicts verdicts;
  private final Outbox outbox;
  private final Clock clock;

  Watchlist(Targets targets, Verdicts verdicts, Outbox outbox, Clock clock) {
    this.targets = targets;
    this.verdicts = verdicts;
    this.outbox = outbox;
    this.clock = clock;
  }

  /**
   * From now on the place, or the targets file where there is none, has exactly these.
   *
   * @throws TargetTaken when one of them belongs to somebody else
   */
  @Transactional
  public void follow(@Nullable Place place, List<HealthTarget> wanted) {
    Set<TargetId> gone = new HashSet<>(targets.idsOf(place));
    wanted.forEach(target -> gone.remove(target.id()));
    endIncidents(gone);
    targets.replace(place, wanted);
  }

  @Transactional
  public void forget(Place place, Instant removedAt) {
    endIncidents(targets.idsOf(place));
    targets.forget(place, removedAt);
  }

  private void endIncidents(Set<TargetId> gone) {
    Map<TargetId, Standing.Degraded> open = verdicts.incidentsOf(gone);
    if (open.isEmpty()) {
      return;
    }
    Instant now = clock.instant();
    for (Target target : targets.all()) {
      Standing.Degraded down = open.get(target.id());
      if (down != null) {
        Duration downFor = Duration.between(down.firstFailureAt(), now);
        outbox.append(
            HealthFacts.of(target, new Transition.Recovered(down.incident(), downFor), now));
      }
    }
  }
}
