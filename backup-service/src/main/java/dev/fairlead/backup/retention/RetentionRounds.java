package dev.fairlead.backup.retention;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.Backup.Copy;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.restore.Restores;
import dev.fairlead.backup.retention.Retention.Verdict;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Stores;
import dev.fairlead.events.BackupEvent.BackupExpired;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.service.outbox.Outbox;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Carries out what {@link Retention} decides. */
@Component
public class RetentionRounds {

  private static final Logger log = LoggerFactory.getLogger(RetentionRounds.class);

  private final Backups backups;
  private final Restores restores;
  private final Stores stores;
  private final RetentionPolicies policies;
  private final Outbox outbox;
  private final TransactionTemplate transaction;
  private final Clock clock;

  RetentionRounds(
      Backups backups,
      Restores restores,
      Stores stores,
      RetentionPolicies policies,
      Outbox outbox,
      TransactionTemplate transaction,
      Clock clock) {
    this.backups = backups;
    this.restores = restores;
    this.stores = stores;
    this.policies = policies;
    this.outbox = outbox;
    this.transaction = transaction;
    this.clock = clock;
  }

  /** One verdict on one copy. */
  public record Judgement(DatabaseId database, String store, Verdict verdict) {}

  /** What {@link #expire} would do now, and why. */
  public List<Judgement> judge() {
    List<Judgement> judgements = new ArrayList<>();
    for (DatabaseId database : backups.databases()) {
      List<Backup> completed = backups.completed(database);
      for (Store store : stores.all()) {
        judge(database, completed, store)
            .forEach(verdict -> judgements.add(new Judgement(database, store.name(), verdict)));
      }
    }
    return judgements;
  }

  private List<Verdict> judge(DatabaseId database, List<Backup> completed, Store store) {
    return policies
        .of(store.name(), database)
        .map(policy -> Retention.decide(copiesIn(store, completed), policy, clock.instant()))
        .orElse(List.of());
  }

  /** What was judged, and so done. */
  public List<Judgement> expire() {
    List<Judgement> judgements = judge();
    for (Judgement judgement : judgements) {
      if (judgement.verdict() instanceof Verdict.Delete delete) {
        try {
          expire(judgement.database(), judgement.store(), delete);
        } catch (BackupFailure e) {
          log.warn(
              "backup={} store={} next=tomorrow {}",
              delete.backup(),
              judgement.store(),
              e.detail());
        }
      }
    }
    return judgements;
  }

  /**
   * The row is locked meanwhile, so that no restore can begin with what is being removed; and the
   * copy is judged once more, since a newer one may have been found corrupt in the meantime.
   */
  private void expire(DatabaseId database, String storeName, Verdict.Delete delete) {
    Store store = stores.named(storeName).orElseThrow();
    transaction.executeWithoutResult(
        status -> {
          Optional<Backup> locked = backups.lock(delete.backup());
          if (locked.isPresent() && mustStillGo(database, store, delete.backup())) {
            remove(locked.get(), store, delete.reason());
          }
        });
  }

  private boolean mustStillGo(DatabaseId database, Store store, BackupId backup) {
    return judge(database, backups.completed(database), store).stream()
        .anyMatch(verdict -> verdict instanceof Verdict.Delete && verdict.backup().equals(backup));
  }

  private void remove(Backup backup, Store store, String reason) {
    new StoredBackups(store).remove(new BackupKeys(backup.database(), backup.id()));
    backups.removeCopy(backup.id(), store.name());
    log.info("backup={} store={} removed: {}", backup.id(), store.name(), reason);
    if (backup.copies().size() == 1) {
      backups.expired(backup.id());
      BackupExpired expired = new BackupExpired(backup.id(), backup.database(), reason);
      outbox.append(backup.cause().telling(expired, clock.instant()));
    }
  }

  /** One that anybody may have written must not push a good one out. */
  private List<Retention.Copy> copiesIn(Store store, List<Backup> completed) {
    List<Retention.Copy> copies = new ArrayList<>();
    for (Backup backup : completed.stream().filter(Backup::trusted).toList()) {
      for (Copy copy : backup.copies()) {
        if (copy.store().equals(store.name()) && backup.manifest() != null) {
          copies.add(
              new Retention.Copy(
                  backup.id(),
                  backup.manifest().source().snapshotAt(),
                  copy.defect() == null,
                  backup.proof() == ProofLevel.DRILLED,
                  backup.pinnedFor() != null,
                  restores.needs(backup.id()),
                  backup.retentionClass().orElse(null)));
        }
      }
    }
    return copies;
  }
}
