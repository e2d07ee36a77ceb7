package dev.fairlead.backup.schedule;

import dev.fairlead.backup.BackupSettings;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.BackupRequests;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.database.Databases;
import dev.fairlead.backup.database.KnownDatabase;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupId;
import dev.fairlead.service.schedule.Schedule;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Requests a backup of every database that is due, once, whatever time has passed; some at a time,
 * so that a backup before a release, or the restore of a rollback, need not wait for a whole
 * night's work.
 */
@Component
public class ScheduleRounds {

  private static final Logger log = LoggerFactory.getLogger(ScheduleRounds.class);

  private final Databases databases;
  private final Backups backups;
  private final BackupRequests requests;
  private final TransactionTemplate transaction;
  private final Schedule standard;
  private final Duration spread;
  private final int atOnce;
  private final Clock clock;

  ScheduleRounds(
      Databases databases,
      Backups backups,
      BackupRequests requests,
      TransactionTemplate transaction,
      BackupSettings settings,
      Clock clock) {
    this.databases = databases;
    this.backups = backups;
    this.requests = requests;
    this.transaction = transaction;
    this.standard = Schedule.parse(settings.schedule());
    this.spread = settings.scheduleSpread();
    this.atOnce = settings.scheduledAtOnce();
    this.clock = clock;
  }

  /** Those that have waited the longest first; the others wait for a later round. */
  public void requestWhatIsDue() {
    Instant now = clock.instant();
    databases.all().stream()
        .filter(database -> isDue(database, now))
        .sorted(Comparator.comparing(KnownDatabase::scheduledThrough))
        .limit(Math.max(0, atOnce - backups.scheduledUnderWay()))
        .forEach(database -> transaction.executeWithoutResult(status -> request(database, now)));
  }

  /** Looked at again under the row's lock: another instance may have been faster. */
  private void request(KnownDatabase seen, Instant now) {
    databases
        .lock(seen.id())
        .filter(database -> isDue(database, now))
        .ifPresent(
            database -> {
              databases.scheduledThrough(database.id(), now);
              requests.make(
                  new BackupRequested(
                      BackupId.random(), database.id(), null, Backup.TIMETABLE, "scheduled", null));
            });
  }

  private boolean isDue(KnownDatabase database, Instant now) {
    return !database.removed()
        && Timetable.of(scheduleOf(database), database.id(), spread)
            .isDue(database.scheduledThrough(), now);
  }

  /** A manifest with an unreadable schedule is backed up by the standard one rather than never. */
  private Schedule scheduleOf(KnownDatabase database) {
    String own = Objects.requireNonNullElse(database.schedule(), "");
    if (own.isEmpty()) {
      return standard;
    }
    try {
      return Schedule.parse(own);
    } catch (IllegalArgumentException e) {
      log.warn("database={} next=standard-schedule {}", database.id(), e.getMessage());
      return standard;
    }
  }
}
