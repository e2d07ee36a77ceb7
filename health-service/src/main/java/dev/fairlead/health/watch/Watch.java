package dev.fairlead.health.watch;

import dev.fairlead.events.TargetId;
import dev.fairlead.health.probe.ProbeResult;
import dev.fairlead.health.probe.Prober;
import dev.fairlead.health.probe.Rota;
import dev.fairlead.health.target.Target;
import dev.fairlead.health.target.Targets;
import dev.fairlead.health.verdict.VerdictState;
import dev.fairlead.health.verdict.Verdicts;
import java.time.Clock;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Probes every target when its turn comes. What is to be probed is read from the table whenever it
 * changed, so it does not matter who changed it; while the database is away, watching goes on with
 * what is known.
 */
@Component
class Watch {

  private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

  private final Targets targets;
  private final Verdicts verdicts;
  private final Prober prober;
  private final Rota rota;
  private final Judge judge;
  private final Clock clock;
  private final Map<TargetId, Watched> watched = new ConcurrentHashMap<>();
  private long knownRevision = -1;

  Watch(Targets targets, Verdicts verdicts, Prober prober, Rota rota, Judge judge, Clock clock) {
    this.targets = targets;
    this.verdicts = verdicts;
    this.prober = prober;
    this.rota = rota;
    this.judge = judge;
    this.clock = clock;
  }

  Collection<Watched> all() {
    return watched.values().stream()
        .sorted(Comparator.comparing(one -> one.target().id().value()))
        .toList();
  }

  Optional<Watched> find(TargetId id) {
    return Optional.ofNullable(watched.get(id));
  }

  /** Looks whether the targets changed. */
  @Scheduled(fixedDelay = 1_000)
  void refresh() {
    try {
      long revision = targets.revision();
      if (revision != knownRevision) {
        follow(targets.all(), verdicts.all());
        knownRevision = revision;
      }
    } catch (DataAccessException | TransactionException e) {
      LOG.warn("targets not refreshed reason=\"{}\" next=\"again in 1 s\"", e.getMessage());
    }
  }

  private void follow(List<Target> current, Map<TargetId, Verdicts.Saved> saved) {
    Set<TargetId> gone = new HashSet<>(watched.keySet());
    for (Target target : current) {
      gone.remove(target.id());
      Watched known = watched.get(target.id());
      if (known == null) {
        begin(target, saved.get(target.id()));
      } else if (!known.target().equals(target)) {
        change(known, target);
      }
    }
    gone.forEach(this::end);
    LOG.info("targets followed watched={}", watched.size());
  }

  private void begin(Target target, Verdicts.@Nullable Saved saved) {
    Verdicts.Saved start =
        saved == null ? new Verdicts.Saved(VerdictState.unproven(clock.instant()), 0) : saved;
    Watched one = new Watched(target, start);
    watched.put(target.id(), one);
    rota.put(target.id(), target.every(), () -> probe(one));
  }

  private void change(Watched known, Target target) {
    boolean sameInterval = known.target().every().equals(target.every());
    known.target(target);
    if (!sameInterval) {
      rota.put(target.id(), target.every(), () -> probe(known));
    }
  }

  private void end(TargetId id) {
    rota.remove(id);
    watched.remove(id);
  }

  private void probe(Watched one) {
    try {
      ProbeResult result = prober.probe(one.target().settings());
      one.note(result);
      judge.hear(one, result);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("probe lost target={} next=\"its next turn\"", one.target().id(), e);
    }
  }
}
