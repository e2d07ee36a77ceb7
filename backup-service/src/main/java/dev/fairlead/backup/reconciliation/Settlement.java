package dev.fairlead.backup.reconciliation;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.Backup.Copy;
import dev.fairlead.backup.backup.BackupEntries;
import dev.fairlead.backup.backup.BackupState;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.drill.StoredStatements;
import dev.fairlead.backup.files.PackSweep;
import dev.fairlead.backup.reconciliation.Discrepancy.Abandoned;
import dev.fairlead.backup.reconciliation.Discrepancy.Back;
import dev.fairlead.backup.reconciliation.Discrepancy.Excess;
import dev.fairlead.backup.reconciliation.Discrepancy.Leftover;
import dev.fairlead.backup.reconciliation.Discrepancy.Missing;
import dev.fairlead.backup.reconciliation.Discrepancy.Stray;
import dev.fairlead.backup.reconciliation.Discrepancy.Unknown;
import dev.fairlead.backup.reconciliation.Discrepancy.UnknownPacks;
import dev.fairlead.backup.reconciliation.Discrepancy.Unpublished;
import dev.fairlead.backup.reconciliation.Discrepancy.Unstated;
import dev.fairlead.backup.removal.RemovalLock;
import dev.fairlead.backup.removal.RemovalLock.Held;
import dev.fairlead.backup.removal.RemovalUnderWay;
import dev.fairlead.backup.scrub.ScrubRounds;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Store.StoredObject;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.BackupId;
import dev.fairlead.service.outbox.Outbox;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Settles one discrepancy, after another look at whether it is still one. */
@Component
class Settlement {

  private static final Logger log = LoggerFactory.getLogger(Settlement.class);
  private static final String DONE = "done";
  private static final String UNTRUSTED =
      "done, but our key did not sign it: it is restored only when somebody names it, never drilled and"
          + " never removed; if nobody here made it, remove it from the store";

  private final Backups backups;
  private final BackupEntries entries;
  private final Leftovers leftovers;
  private final PackSweep packs;
  private final StoredStatements statements;
  private final ScrubRounds scrub;
  private final RemovalLock lock;
  private final Outbox outbox;
  private final TransactionTemplate transaction;
  private final Clock clock;

  Settlement(
      Backups backups,
      BackupEntries entries,
      Leftovers leftovers,
      PackSweep packs,
      StoredStatements statements,
      ScrubRounds scrub,
      RemovalLock lock,
      Outbox outbox,
      TransactionTemplate transaction,
      Clock clock) {
    this.backups = backups;
    this.entries = entries;
    this.leftovers = leftovers;
    this.packs = packs;
    this.statements = statements;
    this.scrub = scrub;
    this.lock = lock;
    this.outbox = outbox;
    this.transaction = transaction;
    this.clock = clock;
  }

  /**
   * One that cannot be settled keeps no other from being settled.
   *
   * @return done, or why not
   */
  String settle(Discrepancy discrepancy) {
    try {
      String outcome = outcome(discrepancy);
      if (!(discrepancy instanceof Stray)) {
        log.info("{}", Finding.of(discrepancy, outcome));
      }
      return outcome;
    } catch (BackupFailure e) {
      log.warn("{}", Finding.of(discrepancy, e.sentence()));
      return e.sentence();
    } catch (RemovalUnderWay e) {
      log.info("{}", Finding.of(discrepancy, "later"));
      return "later: " + e.detail();
    } catch (RuntimeException e) {
      log.error("{}", Finding.of(discrepancy, "later"), e);
      return "could not be settled: " + e;
    }
  }

  /** Whether this is an outcome of what was settled. */
  static boolean isDone(String outcome) {
    return outcome.equals(DONE) || outcome.equals(UNTRUSTED);
  }

  private String outcome(Discrepancy discrepancy) {
    return switch (discrepancy) {
      case Unknown unknown -> lock.whileHeld(held -> takenIn(unknown));
      case Unpublished unpublished -> publishedAgain(unpublished);
      case Leftover leftover -> lock.whileHeld(held -> leftovers.remove(leftover));
      case Excess excess -> lock.whileHeld(held -> leftovers.remove(excess));
      case UnknownPacks unknown -> lock.whileHeld(held -> removed(unknown, held));
      case Abandoned abandoned -> done(() -> abandoned.store().abort(abandoned.upload()));
      case Unstated unstated -> done(() -> stateAgain(unstated));
      case Missing missing -> done(() -> tell(missing));
      case Back back -> done(() -> entries.copyIsBack(back.keys().backup(), back.store().name()));
      case Stray _ -> DONE;
    };
  }

  private static String done(Runnable work) {
    work.run();
    return DONE;
  }

  private String takenIn(Unknown unknown) {
    Store store = unknown.store();
    Optional<Manifest> found = new StoredBackups(store).manifest(unknown.keys());
    boolean trusted = found.isPresent() && statements.vouchFor(store, found.get());
    found.ifPresent(manifest -> takeIn(store, unknown.keys(), manifest, trusted));
    return found.isEmpty() || trusted ? DONE : UNTRUSTED;
  }

  private void takeIn(Store store, BackupKeys keys, Manifest found, boolean trusted) {
    transaction.executeWithoutResult(
        status -> {
          entries.adopt(found, trusted);
          Backup known = backups.lock(keys.backup()).orElseThrow();
          boolean expired = known.state() == BackupState.EXPIRED;
          if (!expired || known.manifest() != null || !trusted) {
            requireSame(store, found, known);
          }
          if (expired) {
            entries.revive(found);
          }
          if (trusted) {
            entries.trust(keys.backup());
            packs.adopt(found);
            statements.adopt(store, known, found);
          }
          String location = store.location(keys.manifest());
          entries.addCopy(keys.backup(), new Copy(store.name(), location, null));
        });
  }

  private static void requireSame(Store store, Manifest found, Backup known) {
    Manifest expected = known.manifest();
    if (expected == null || !expected.isSaidBy(found)) {
      throw new BackupFailure(
          BackupFailureReason.CHECKSUM_MISMATCH,
          "the manifest of backup %s in store %s is not the one of the catalogue"
              .formatted(found.backup(), store.name()),
          "find out who wrote it, and remove it there");
    }
  }

  /**
   * Every byte of it is read before its manifest is written again from what the catalogue has, and
   * what is bad is replaced where another store has better.
   */
  private String publishedAgain(Unpublished unpublished) {
    BackupId id = unpublished.keys().backup();
    Store store = unpublished.store();
    lock.whileHeld(() -> backups.find(id).ifPresent(it -> expectIfThere(unpublished, it)));
    return scrub.look(id, store.name()).orElse(DONE);
  }

  /** Since the comparison retention may have removed it, or somebody have published it. */
  private void expectIfThere(Unpublished unpublished, Backup backup) {
    Store store = unpublished.store();
    List<StoredObject> objects = store.list(unpublished.keys().folder());
    boolean published = objects.stream().anyMatch(it -> it.key().equals(unpublished.key()));
    if (!published && StoredArchive.of(backup).isIn(objects)) {
      expect(backup.id(), store, unpublished.key());
    }
  }

  /**
   * A catalogue that was rebuilt from another store has no row for it; it counts once it is good.
   * What is wrong with it is told as with any other copy.
   */
  private void expect(BackupId id, Store store, String key) {
    transaction.executeWithoutResult(
        status -> {
          Optional<Backup> unheardOf =
              backups
                  .lock(id)
                  .filter(backup -> backup.state() == BackupState.COMPLETED)
                  .filter(backup -> backup.copyIn(store.name()).isEmpty());
          unheardOf.ifPresent(
              backup -> {
                entries.addCopy(id, new Copy(store.name(), store.location(key), null));
                tell(backup, store, Copy.WITHOUT_MANIFEST);
              });
        });
  }

  private void tell(Missing missing) {
    transaction.executeWithoutResult(
        status ->
            backups
                .find(missing.keys().backup())
                .ifPresent(backup -> tell(backup, missing.store(), Copy.NOT_THERE)));
  }

  private void stateAgain(Unstated unstated) {
    backups
        .find(unstated.keys().backup())
        .ifPresent(backup -> statements.keepIn(unstated.store(), backup));
  }

  /** Those that the catalogue knows by now stay. */
  private String removed(UnknownPacks unknown, Held held) {
    Set<String> still = packs.unknown(unknown.packs().stream().map(BackupKeys::packName).toList());
    for (String key : unknown.packs()) {
      if (still.contains(BackupKeys.packName(key))) {
        held.require();
        unknown.store().delete(key);
      }
    }
    return DONE;
  }

  private void tell(Backup backup, Store store, String defect) {
    if (entries.copyIsDefect(backup.id(), store.name(), defect)) {
      outbox.append(
          backup.cause().telling(backup.corrupted(store.name(), defect), clock.instant()));
    }
  }
}
