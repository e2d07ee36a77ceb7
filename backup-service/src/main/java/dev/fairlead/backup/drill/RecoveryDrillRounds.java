package dev.fairlead.backup.drill;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.BackupSettings;
import dev.fairlead.backup.archive.Manifest;
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
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Rehearses the loss of this machine: the newest backup of each database is found in the farthest
 * store by what lies there, and restored from it. The local copies count as gone. The catalogue
 * only vouches for what was found.
 */
@Component
public class RecoveryDrillRounds {

  private static final Logger log = LoggerFactory.getLogger(RecoveryDrillRounds.class);

  private static final int MOST_ATTEMPTS = 4;

  private final RecoveryDrills drills;
  private final DrillPipeline pipeline;
  private final RecoveryFiles files;
  private final Disproofs disproofs;
  private final StoredStatements statements;
  private final DrillRequests requests;
  private final DrillTurn turn;
  private final Databases databases;
  private final Backups backups;
  private final Store farthest;
  private final NewestStored newest;
  private final RecoverySchedule schedule;
  private final Outbox outbox;
  private final TransactionTemplate transaction;
  private final Clock clock;

  RecoveryDrillRounds(
      RecoveryDrills drills,
      DrillPipeline pipeline,
      RecoveryFiles files,
      Disproofs disproofs,
      StoredStatements statements,
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
    this.disproofs = disproofs;
    this.statements = statements;
    this.requests = requests;
    this.turn = turn;
    this.databases = databases;
    this.backups = backups;
    this.farthest = stores.all().getLast();
    this.newest = new NewestStored(farthest, backups);
    this.schedule = new RecoverySchedule(settings.recoveryDrill().every());
    this.outbox = outbox;
    this.transaction = transaction;
    this.clock = clock;
  }

  /** One after the other; what is interrupted is due again. */
  public void run() {
    Set<DatabaseId> backedUp = backups.withCompleted();
    List<DatabaseId> expected =
        databases.all().stream()
            .filter(this::isDrilled)
            .map(KnownDatabase::id)
            .filter(backedUp::contains)
            .toList();
    drills.expected(expected, clock.instant()).forEach(this::look);
  }

  /** Whatever is wrong with one, the others are looked at. */
  private void look(RecoveryDrill drill) {
    try {
      tellIfOverdue(drill);
      if (schedule.isDue(drill, clock.instant())) {
        inTurn(drill.database());
      }
    } catch (RuntimeException e) {
      log.error("database={} next=recovery-drill-in-the-next-round", drill.database(), e);
    }
  }

  /** A database that has no backup yet is the watchdog's matter. */
  boolean isExpected(KnownDatabase database) {
    return isDrilled(database) && backups.withCompleted().contains(database.id());
  }

  private boolean isDrilled(KnownDatabase database) {
    return !database.removed() && requests.policyOf(database) != DrillPolicy.NEVER;
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
                    "see what keeps the drill (fairlead backup recovery-drill, the log of backup-service)"));
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
    RecoveryDrill drill = drills.expected(List.of(database), clock.instant()).getFirst();
    if (drill.attempt() >= MOST_ATTEMPTS) {
      failed(database, null, triedTooOften(database));
      return;
    }
    drills.begun(database);
    @Nullable BackupId backup = null;
    try {
      Manifest manifest = newest.of(database);
      backup = manifest.backup();
      log.info("database={} backup={} next=recovery-drill", database, backup);
      switch (pipeline.from(farthest).run(manifest, (store, detail) -> {})) {
        case Proved proved -> {
          files.prove(farthest, manifest);
          succeeded(manifest, proved);
        }
        case Disproved disproved -> throw disproved(manifest, disproved);
      }
    } catch (BackupFailure e) {
      if (e.reason() != BackupFailureReason.INTERRUPTED) {
        failed(database, backup, e);
      }
    } catch (RuntimeException e) {
      log.error("database={} backup={} recovery-drill broke off", database, backup, e);
      failed(
          database,
          backup,
          BackupFailure.unexpected(e, "drill again: fairlead backup recovery-drill " + database));
    }
  }

  private BackupFailure disproved(Manifest manifest, Disproved disproved) {
    Backup backup = backups.find(manifest.backup()).orElseThrow();
    String statement = transaction.execute(status -> disproofs.note(backup, manifest, disproved));
    statements.keepDisproof(backup, statement);
    return new BackupFailure(
        BackupFailureReason.CHECKSUM_MISMATCH,
        "what was recovered differs from the snapshot: " + disproved.difference(),
        "make a new backup now: fairlead backup run " + manifest.database());
  }

  private static BackupFailure triedTooOften(DatabaseId database) {
    return BackupFailure.interruptedTooOften(
        MOST_ATTEMPTS, "drill again: fairlead backup recovery-drill " + database);
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
    BackupFailure told = failure.redacted();
    transaction.executeWithoutResult(
        status -> {
          drills.failed(database, farthest.name(), told, clock.instant());
          tell(
              new RecoveryDrillFailed(
                  database, backup, farthest.name(), told.detail(), told.advice()));
        });
    log.warn("database={} recovery-drill failed {}", database, told.sentence());
  }

  private void tell(BackupEvent event) {
    outbox.append(Envelope.of("backup", clock.instant(), event));
  }
}
