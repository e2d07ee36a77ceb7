package dev.fairlead.adr.catalogue;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** Looks for commits that came from outside: pushed from a clone, or made in the repository. */
@Component
class Lookout {

  private static final Logger LOG = LoggerFactory.getLogger(Lookout.class);

  private final Follower follower;

  Lookout(Follower follower) {
    this.follower = follower;
  }

  @Scheduled(fixedDelay = 5_000, initialDelay = 5_000)
  void look() {
    try {
      follower.follow();
    } catch (DataAccessException | TransactionException e) {
      LOG.warn("decisions not followed reason=\"{}\" next=\"again in 5 s\"", e.getMessage());
    }
  }
}
