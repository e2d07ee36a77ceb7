package dev.fairlead.backup.retention;

import dev.fairlead.backup.backup.Backup.Copy;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.backup.CompletedBackup;
import dev.fairlead.backup.removal.RemovalLock;
import dev.fairlead.backup.removal.RemovalLock.Held;
import dev.fairlead.backup.restore.Restores;
import dev.fairlead.backup.retention.LeavingCopies.Leaving;
import dev.fairlead.backup.retention.Retention.Verdict;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Stores;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Has carried out what {@link Retention} decides, one database after the other. */
@Component
public class RetentionRounds {

  private final Backups backups;
  private final Restores restores;
  private final Stores stores;
  private final RetentionPolicies policies;
  private final LeavingCopies leaving;
  private final Removal removal;
  private final RemovalLock lock;
  private final TransactionTemplate transaction;
  private final Clock clock;

  RetentionRounds(
      Backups backups,
      Restores restores,
      Stores stores,
      RetentionPolicies policies,
      LeavingCopies leaving,
      Removal removal,
      RemovalLock lock,
      TransactionTemplate transaction,
      Clock clock) {
    this.backups = backups;
    this.restores = restores;
    this.stores = stores;
    this.policies = policies;
    this.leaving = leaving;
    this.removal = removal;
    this.lock = lock;
    this.transaction = transaction;
    this.clock = clock;
  }

  /** One verdict on one copy. */
  public record Judgement(DatabaseId database, String store, Verdict verdict) {}

  /** What {@link #expire} would do now, and why. */
  public List<Judgement> judge() {
    return backups.databases().stream()
        .flatMap(database -> judge(database, backups.completed(database)).stream())
        .toList();
  }

  /**
   * What was judged, and so done. One round at a time, or it would resume what another does.
   *
   * @throws dev.fairlead.backup.removal.RemovalUnderWay when another one goes on for long
   */
  public List<Judgement> expire() {
    return lock.whileHeld(this::round);
  }

  /** The same, for whoever comes once a day and would not like to come in vain. */
  public List<Judgement> expire(Duration patience) {
    return lock.whileHeld(patience, this::round);
  }

  private List<Judgement> round(Held held) {
    removal.resume(held);
    List<Judgement> judgements = new ArrayList<>();
    for (DatabaseId database : backups.databases()) {
      Decision decision = decide(database);
      judgements.addAll(decision.judgements());
      removal.carryOut(decision.leaving(), held);
    }
    return judgements;
  }

  /**
   * Settles what an earlier round could not bring to its end.
   *
   * @throws dev.fairlead.backup.removal.RemovalUnderWay when another one goes on for long
   */
  public void resume() {
    lock.whileHeld(
        held -> {
          removal.resume(held);
          return held;
        });
  }

  /**
   * @param leaving only what these judgements say, the oldest first: whatever interrupts their
   *     removal, newer ones are left
   */
  private record Decision(List<Judgement> judgements, List<Leaving> leaving) {}

  /**
   * Made once for all copies of a database, and noted in the same transaction: until it commits no
   * restore can begin with one of them, and afterwards none begins with what leaves. What an
   * earlier round noted and nobody could settle yet is not among it: since then a newer one may
   * have rotted.
   */
  private Decision decide(DatabaseId database) {
    return transaction.execute(
        status -> {
          List<Judgement> judgements = judge(database, backups.lockCompleted(database));
          Set<Leaving> now =
              judgements.stream().flatMap(RetentionRounds::leaving).collect(Collectors.toSet());
          now.forEach(leaving::add);
          return new Decision(
              judgements, leaving.of(database).stream().filter(now::contains).toList());
        });
  }

  /** What was judged before and is not out of its store yet. */
  List<Leaving> underWay() {
    return leaving.all();
  }

  private static Stream<Leaving> leaving(Judgement judgement) {
    return judgement.verdict() instanceof Verdict.Delete(BackupId backup, String reason)
        ? Stream.of(new Leaving(backup, judgement.database(), judgement.store(), reason))
        : Stream.empty();
  }

  private List<Judgement> judge(DatabaseId database, List<CompletedBackup> completed) {
    Set<BackupId> needed = restores.needed();
    return stores.all().stream()
        .flatMap(store -> judge(database, copiesIn(store, completed, needed), store))
        .toList();
  }

  private Stream<Judgement> judge(DatabaseId database, List<Retention.Copy> copies, Store store) {
    return policies
        .of(store.name(), database)
        .map(policy -> Retention.decide(copies, policy, clock.instant()))
        .orElse(List.of())
        .stream()
        .map(verdict -> new Judgement(database, store.name(), verdict));
  }

  private static @Nullable String mayBeGood(Copy copy) {
    if (copy.isBack()) {
      return "was missing, is back, and is still to be read";
    }
    return copy.onlyManifestIsBad() ? "only its manifest is bad, which can be written again" : null;
  }

  /** One that anybody may have written must not push a good one out. */
  private static List<Retention.Copy> copiesIn(
      Store store, List<CompletedBackup> completed, Set<BackupId> needed) {
    List<Retention.Copy> copies = new ArrayList<>();
    for (CompletedBackup backup : completed.stream().filter(CompletedBackup::trusted).toList()) {
      for (Copy copy : backup.copies()) {
        if (copy.store().equals(store.name())) {
          copies.add(
              new Retention.Copy(
                  backup.id(),
                  backup.snapshotAt(),
                  copy.defect() == null && backup.disproved() == null,
                  backup.proof() == ProofLevel.DRILLED,
                  backup.pinnedFor() != null,
                  needed.contains(backup.id()),
                  mayBeGood(copy),
                  backup.retentionClass()));
        }
      }
    }
    return copies;
  }
}
