package dev.fairlead.health.watch;

import dev.fairlead.events.IncidentId;
import dev.fairlead.health.HealthSettings;
import dev.fairlead.health.probe.Finding;
import dev.fairlead.health.probe.ProbeResult;
import dev.fairlead.health.target.Target;
import dev.fairlead.health.verdict.Policy;
import dev.fairlead.health.verdict.VerdictState;
import dev.fairlead.health.verdict.Verdicts;
import dev.fairlead.service.outbox.Outbox;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Where findings are judged: the new state and what others must hear of it are saved in one
 * transaction, or not at all. A result that could not be saved was never seen.
 */
@Component
class Judge {

  private static final Logger LOG = LoggerFactory.getLogger(Judge.class);

  /** Tries against a second prober of the same target; each begins from what that one saved. */
  private static final int TRIES = 3;

  private final Verdicts verdicts;
  private final Outbox outbox;
  private final TransactionTemplate transaction;
  private final HealthSettings.Flapping flapping;
  private final Clock clock;

  Judge(
      Verdicts verdicts,
      Outbox outbox,
      TransactionTemplate transaction,
      HealthSettings settings,
      Clock clock) {
    this.verdicts = verdicts;
    this.outbox = outbox;
    this.transaction = transaction;
    this.flapping = settings.flapping();
    this.clock = clock;
  }

  void hear(Watched one, ProbeResult result) {
    try {
      for (int attempt = 0; attempt < TRIES && !judged(one, result); attempt++) {
        reload(one);
      }
    } catch (DataIntegrityViolationException _) {
      LOG.debug("result dropped target={} reason=\"no longer a target\"", one.target().id());
    } catch (DataAccessException | TransactionException e) {
      unsaved(one, result, e);
    }
  }

  private boolean judged(Watched one, ProbeResult result) {
    Target target = one.target();
    Verdicts.Saved before = one.saved();
    var judgement = before.state().on(result, policy(target), IncidentId.random());
    VerdictState next = judgement.next();
    if (before.state().remembersAs(next)) {
      one.saved(next, before.revision());
      return true;
    }
    Boolean saved =
        transaction.execute(
            _ -> {
              if (!verdicts.save(target.id(), next, before.revision())) {
                return false;
              }
              judgement
                  .transition()
                  .ifPresent(
                      change -> outbox.append(HealthFacts.of(target, change, clock.instant())));
              return true;
            });
    if (!Boolean.TRUE.equals(saved)) {
      return false;
    }
    one.saved(next, before.revision() + 1);
    judgement
        .transition()
        .ifPresent(change -> LOG.info("verdict changed target={} to={}", target.id(), change));
    return true;
  }

  private void reload(Watched one) {
    Optional<Verdicts.Saved> found = verdicts.find(one.target().id());
    found.ifPresentOrElse(
        saved -> one.saved(saved.state(), saved.revision()),
        () -> one.saved(VerdictState.unproven(clock.instant()), 0));
  }

  /** Shown as not clear until it can be saved again; a failure must not count unsaved. */
  private void unsaved(Watched one, ProbeResult result, RuntimeException failure) {
    LOG.warn(
        "result not saved target={} reason=\"{}\" next=\"its next turn\"",
        one.target().id(),
        failure.getMessage());
    Verdicts.Saved before = one.saved();
    var unclear =
        new ProbeResult(
            result.at(),
            result.latency(),
            new Finding.Unclear("this prober's own database is away"));
    VerdictState shown =
        before.state().on(unclear, policy(one.target()), IncidentId.random()).next();
    one.saved(shown, before.revision());
  }

  private Policy policy(Target target) {
    return new Policy(
        target.settings().failures(),
        Duration.ofSeconds(target.settings().windowSeconds()),
        target.settings().recoverAfter(),
        target.expectedUp(),
        new Policy.Flapping(flapping.degradations(), flapping.within()));
  }
}
