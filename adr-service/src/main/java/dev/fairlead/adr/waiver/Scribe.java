package dev.fairlead.adr.waiver;

import dev.fairlead.adr.catalogue.Catalogue;
import dev.fairlead.events.DecisionId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Proposes what was waived. The commit comes before the row: killed in between, it asks again, and
 * the catalogue finds what it proposed.
 */
@Component
class Scribe {

  private static final Logger LOG = LoggerFactory.getLogger(Scribe.class);

  private final Waivers waivers;
  private final Catalogue catalogue;

  Scribe(Waivers waivers, Catalogue catalogue) {
    this.waivers = waivers;
    this.catalogue = catalogue;
  }

  @Scheduled(fixedDelay = 2_000, initialDelay = 2_000)
  void write() {
    try {
      waivers.unproposed().forEach(this::propose);
    } catch (DataAccessException | TransactionException e) {
      LOG.warn("waivers not proposed reason=\"{}\" next=\"again in 2 s\"", e.getMessage());
    }
  }

  private void propose(Waived waived) {
    DecisionId as = catalogue.proposeOnce(waived.proposal(), waived.mark(), waived.by());
    waivers.proposed(waived, as);
    LOG.info(
        "waived={} deployment={} by={} proposed={}",
        waived.decision(),
        waived.deployment(),
        waived.by(),
        as);
  }
}
