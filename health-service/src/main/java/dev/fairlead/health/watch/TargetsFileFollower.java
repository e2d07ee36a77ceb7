package dev.fairlead.health.watch;

import dev.fairlead.events.ApplicationEvent.HealthTarget;
import dev.fairlead.health.HealthSettings;
import dev.fairlead.health.target.InvalidTargetsFile;
import dev.fairlead.health.target.TargetTaken;
import dev.fairlead.health.target.TargetsFile;
import jakarta.annotation.PostConstruct;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Follows the targets file while the service runs. A file that is wrong when the service starts
 * stops it; one that becomes wrong later is told about, and the last good one stays.
 */
@Component
class TargetsFileFollower {

  private static final Logger LOG = LoggerFactory.getLogger(TargetsFileFollower.class);

  private final HealthSettings settings;
  private final Watchlist watchlist;
  private @Nullable List<HealthTarget> followed;
  private String complaint = "";

  TargetsFileFollower(HealthSettings settings, Watchlist watchlist) {
    this.settings = settings;
    this.watchlist = watchlist;
  }

  @PostConstruct
  void start() {
    follow(current());
  }

  @Scheduled(fixedDelay = 5_000, initialDelay = 5_000)
  void look() {
    try {
      follow(current());
      complaint = "";
    } catch (InvalidTargetsFile | TargetTaken | DataAccessException | TransactionException e) {
      complain(String.valueOf(e.getMessage()));
    }
  }

  /** None without a file: what an earlier one named is then no longer watched. */
  private List<HealthTarget> current() {
    return settings.targetsFile() == null ? List.of() : TargetsFile.read(settings.targetsFile());
  }

  private void follow(List<HealthTarget> current) {
    if (!current.equals(followed)) {
      watchlist.follow(null, current);
      followed = current;
      LOG.info("targets file followed targets={}", current.size());
    }
  }

  private void complain(String reason) {
    if (!reason.equals(complaint)) {
      complaint = reason;
      LOG.warn("targets file not followed reason=\"{}\" next=\"the last good one stays\"", reason);
    }
  }
}
