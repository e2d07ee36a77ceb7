package dev.fairlead.backup.drill;

import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.database.Databases;
import dev.fairlead.backup.database.KnownDatabase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Has the newest backup drilled where the policy asks for a drill every so often. */
@Component
public class DrillRounds {

  private final Databases databases;
  private final Backups backups;
  private final Drills drills;
  private final DrillRequests requests;
  private final Clock clock;

  DrillRounds(
      Databases databases, Backups backups, Drills drills, DrillRequests requests, Clock clock) {
    this.databases = databases;
    this.backups = backups;
    this.drills = drills;
    this.requests = requests;
    this.clock = clock;
  }

  public void requestWhatIsDue() {
    Instant now = clock.instant();
    for (KnownDatabase database : databases.all()) {
      if (isDue(database, now)) {
        backups
            .newestTrusted(database.id())
            .ifPresent(backup -> requests.make(backup.id(), backup.database()));
      }
    }
  }

  private boolean isDue(KnownDatabase database, Instant now) {
    Optional<Duration> every = every(database);
    return !database.removed()
        && every.isPresent()
        && drills
            .latest(database.id())
            .map(latest -> latest.plus(every.get()).isBefore(now))
            .orElse(true);
  }

  private Optional<Duration> every(KnownDatabase database) {
    return switch (requests.policyOf(database)) {
      case DAILY -> Optional.of(Duration.ofDays(1));
      case WEEKLY -> Optional.of(Duration.ofDays(7));
      case EVERY_BACKUP, NEVER -> Optional.empty();
    };
  }
}
