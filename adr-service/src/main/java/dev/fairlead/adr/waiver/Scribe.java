package dev.fairlead.adr.waiver;

import dev.fairlead.adr.catalogue.Catalogue;
import dev.fairlead.adr.decision.InvalidProposal;
import dev.fairlead.events.DecisionId;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Proposes what was waived. The commit comes before the row: killed in between, it asks again, and
 * the catalogue finds what it proposed. What is wrong with one waiver holds up no other one.
 */
@Component
class Scribe {

  private static final Logger LOG = LoggerFactory.getLogger(Scribe.class);

  /** Each try may leave a commit behind: few enough to be looked through. */
  private static final int TRIES = 5;

  private final Waivers waivers;
  private final Catalogue catalogue;

  Scribe(Waivers waivers, Catalogue catalogue) {
    this.waivers = waivers;
    this.catalogue = catalogue;
  }

  @Scheduled(fixedDelay = 2_000, initialDelay = 2_000)
  void write() {
    try {
      waivers.unproposed().forEach(this::proposeOrTell);
    } catch (DataAccessException | TransactionException | UncheckedIOException e) {
      LOG.warn("waivers not proposed reason=\"{}\" next=\"again in 2 s\"", e.getMessage());
    }
  }

  /** A database or a repository that is away is the fault of no waiver. */
  private void proposeOrTell(Kept kept) {
    try {
      propose(kept, kept.waived());
    } catch (DataAccessException | TransactionException | UncheckedIOException e) {
      throw e;
    } catch (InvalidProposal e) {
      tell(kept, e, waivers.failed(kept, e.toString(), 1));
    } catch (RuntimeException e) {
      tell(kept, e, waivers.failed(kept, e.toString(), TRIES));
    }
  }

  private void propose(Kept kept, Waived waived) {
    DecisionId as = catalogue.proposeOnce(waived.proposal(), waived.mark(), waived.by());
    waivers.proposed(kept, as);
    LOG.info(
        "waived={} deployment={} by={} proposed={}",
        waived.decision(),
        waived.deployment(),
        waived.by(),
        as);
  }

  private static void tell(Kept kept, RuntimeException e, boolean givenUp) {
    LOG.atLevel(givenUp ? Level.ERROR : Level.WARN)
        .setCause(givenUp ? e : null)
        .log(
            "waived={} deployment={} proposed=false reason=\"{}\" next=\"{}\"",
            kept.decision(),
            kept.deployment(),
            e.toString(),
            givenUp
                ? "given up: propose it by hand; its row in the table waived says why"
                : "again in 2 s");
  }
}
