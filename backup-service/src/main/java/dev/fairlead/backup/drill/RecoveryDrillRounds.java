package dev.fairlead.backup.drill;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.BackupSettings;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.database.Databases;
import dev.fairlead.backup.database.KnownDatabase;
import dev.fairlead.backup.drill.DrillPipeline.Disproved;
import dev.fairlead.backup.drill.DrillPipeline.Proved;
import dev.fairlead.backup.drill.RecoveryDrills.RecoveryDrill;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Stores;
import dev.fairlead.events.ApplicationEvent.DrillPolicy;
import dev.fairlead.events.BackupEvent;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.BackupEvent.RecoveryDrillFailed;
import dev.fairlead.events.BackupEvent.RecoveryDrilled;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.Envelope;
import dev.fairlead.service.outbox.Outbox;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Rehearses the loss of this machine: the newest backup of each database is found in the farthest
 * store by what lies there alone, not by the catalogue, and restored from it. The local copies
 * count as gone.
 */
@Component
public class RecoveryDrillRounds {

  private static final Logger log = LoggerFactory.getLogger(RecoveryDrillRounds.class);

  /** Backups are daily; a store that is further behind than this misses some. */
  private static final Duration BEHIND = Duration.ofHours(25);

  private final RecoveryDrills drills;
  private final DrillPipeline pipeline;
  private final RecoveryFiles files;
  private final DrillRequests requests;
  private final DrillTurn turn;
  private final Databases databases;
  private final Backups backups;
  private final Store farthest;
  private final RecoverySchedule schedule;
  private final Outbox outbox;
  private final TransactionTemplate transaction;
  private final Clock clock;

  RecoveryDrillRounds(
      RecoveryDrills drills,
      DrillPipeline pipeline,
      RecoveryFiles files,
      DrillRequests requests,
      DrillTurn turn,
      Databases databases,
      Backups backups,
      Stores stores,
      BackupSettings settings,
      Outbox outbox,
      TransactionTemplate transaction,
      Clock clock) {
    this.drills = drills;
    this.pipeline = pipeline;
    this.files = files;
    this.requests = requests;
    this.turn = turn;
    this.databases = databases;
    this.backups = backups;
    this.farthest = stores.all().getLast();
    this.schedule = new RecoverySchedule(settings.recoveryDrill().every());
    this.outbox = outbox;
    this.transaction = transaction;
    this.clock = clock;
  }

  /** One after the other; what is interrupted is due again. */
  public void run() {
    for (KnownDatabase database : databases.all()) {
      if (isExpected(database)) {
        RecoveryDrill drill = drills.expected(database.id(), clock.instant());
        tellIfOverdue(drill);
        if (schedule.isDue(drill, clock.instant())) {
          inTurn(database.id());
        }
      }
    }
  }

  /** A database that has no backup yet is the watchdog's matter. */
  private boolean isExpected(KnownDatabase database) {
    return !database.removed()
        && requests.policyOf(database) != DrillPolicy.NEVER
        && !backups.completed(database.id()).isEmpty();
  }

  private void tellIfOverdue(RecoveryDrill drill) {
    Instant now = clock.instant();
    if (schedule.isToBeToldOverdue(drill, now)) {
      transaction.executeWithoutResult(
          status -> {
            drills.toldOverdue(drill.database(), now);
            tell(
                new RecoveryDrillFailed(
                    drill.database(),
                    null,
                    farthest.name(),
                    "recovery from store %s was last shown %s"
                        .formatted(
                            farthest.name(),
                            drill.succeededAt() == null ? "never" : "at " + drill.succeededAt()),
                    "see what keeps the drill (GET /recovery-drills, the log of backup-service)"));
          });
    }
  }

  private void inTurn(DatabaseId database) {
    if (!turn.tryTake()) {
      return;
    }
    try {
      drill(database);
    } finally {
      turn.giveBack();
    }
  }

  /** Now, whether it is due or not. */
  void drill(DatabaseId database) {
    @Nullable BackupId backup = null;
    try {
      Manifest manifest = newest(database);
      backup = manifest.backup();
      log.info("database={} backup={} next=recovery-drill", database, backup);
      switch (pipeline.from(farthest).run(manifest, (store, detail) -> {})) {
        case Proved proved -> {
          files.prove(farthest, manifest);
          succeeded(manifest, proved);
        }
        case Disproved disproved ->
            throw new BackupFailure(
                BackupFailureReason.CHECKSUM_MISMATCH,
                "what was recovered differs from the snapshot: " + disproved.difference(),
                "make a new backup now: fairlead backup run " + database);
      }
    } catch (BackupFailure e) {
      if (e.reason() != BackupFailureReason.INTERRUPTED) {
        failed(database, backup, e);
      }
    }
  }

  private Manifest newest(DatabaseId database) {
    Manifest found =
        new StoredBackups(farthest)
            .all(database).stream()
                .findFirst()
                .orElseThrow(() -> lacking("has no backup of " + database));
    Instant expected =
        backups.completed(database).stream()
            .map(Backup::manifest)
            .filter(manifest -> manifest != null)
            .map(manifest -> manifest.source().snapshotAt())
            .findFirst()
            .orElse(Instant.EPOCH);
    if (found.source().snapshotAt().plus(BEHIND).isBefore(expected)) {
      throw lacking(
          "has nothing of %s that is newer than %s, and there is a backup of %s"
              .formatted(database, found.source().snapshotAt(), expected));
    }
    return found;
  }

  private BackupFailure lacking(String what) {
    return new BackupFailure(
        BackupFailureReason.EMPTY_RESULT,
        "store %s %s".formatted(farthest.name(), what),
        "see why backups do not reach it: fairlead backup reconcile --dry-run");
  }

  private void succeeded(Manifest manifest, Proved proved) {
    transaction.executeWithoutResult(
        status -> {
          drills.succeeded(manifest, proved, clock.instant());
          tell(
              new RecoveryDrilled(
                  manifest.backup(),
                  manifest.database(),
                  proved.store(),
                  proved.tables(),
                  proved.rows(),
                  proved.recovery().toMillis()));
        });
    log.info(
        "database={} backup={} store={} recovered rows={} recovery-ms={} next=none",
        manifest.database(),
        manifest.backup(),
        proved.store(),
        proved.rows(),
        proved.recovery().toMillis());
  }

  private void failed(DatabaseId database, @Nullable BackupId backup, BackupFailure failure) {
    transaction.executeWithoutResult(
        status -> {
          drills.failed(database, farthest.name(), failure, clock.instant());
          tell(
              new RecoveryDrillFailed(
                  database, backup, farthest.name(), failure.detail(), failure.advice()));
        });
    log.warn("database={} recovery-drill failed {}", database, failure.sentence());
  }

  private void tell(BackupEvent event) {
    outbox.append(Envelope.of("backup", clock.instant(), event));
  }
}
