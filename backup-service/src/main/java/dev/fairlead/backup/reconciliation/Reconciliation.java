package dev.fairlead.backup.reconciliation;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.BackupSettings;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.StoredBackups;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.Backup.Copy;
import dev.fairlead.backup.backup.BackupEntries;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.drill.StoredStatements;
import dev.fairlead.backup.files.PackSweep;
import dev.fairlead.backup.reconciliation.Discrepancy.Abandoned;
import dev.fairlead.backup.reconciliation.Discrepancy.Leftover;
import dev.fairlead.backup.reconciliation.Discrepancy.Missing;
import dev.fairlead.backup.reconciliation.Discrepancy.Stray;
import dev.fairlead.backup.reconciliation.Discrepancy.Unknown;
import dev.fairlead.backup.reconciliation.Discrepancy.Unstated;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Stores;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.service.outbox.Outbox;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Brings catalogue and stores to agree: backups that only a store knows are taken into the
 * catalogue, copies that only the catalogue knows are reported, and what never became a backup is
 * swept. A service with an empty database so finds all it ever made.
 */
@Component
public class Reconciliation {

  private static final Logger log = LoggerFactory.getLogger(Reconciliation.class);
  private static final String DONE = "done";
  private static final String UNTRUSTED =
      "done, but our key did not sign it: it is restored only when somebody names it, never drilled and"
          + " never removed; if nobody here made it, remove it from the store";

  private final Backups backups;
  private final BackupEntries entries;
  private final PackSweep packs;
  private final StoredStatements statements;
  private final Stores stores;
  private final Outbox outbox;
  private final TransactionTemplate transaction;
  private final Clock clock;
  private final Duration abandonedAfter;

  Reconciliation(
      Backups backups,
      BackupEntries entries,
      PackSweep packs,
      StoredStatements statements,
      Stores stores,
      Outbox outbox,
      TransactionTemplate transaction,
      BackupSettings settings,
      Clock clock) {
    this.backups = backups;
    this.entries = entries;
    this.packs = packs;
    this.statements = statements;
    this.stores = stores;
    this.outbox = outbox;
    this.transaction = transaction;
    this.abandonedAfter = settings.abandonedAfter();
    this.clock = clock;
  }

  /** Settles every discrepancy. A store that is away is looked at the next time. */
  public List<Finding> run() {
    return each(this::settled);
  }

  /** What {@link #run} would settle now. */
  List<Finding> look() {
    return each(discrepancy -> "to do");
  }

  private List<Finding> each(Function<Discrepancy, String> outcome) {
    Instant now = clock.instant();
    List<Finding> findings = new ArrayList<>();
    for (Store store : stores.all()) {
      try {
        new Comparison(backups, statements, store, now, now.minus(abandonedAfter))
            .run()
            .forEach(it -> findings.add(Finding.of(it, outcome.apply(it))));
      } catch (BackupFailure e) {
        log.warn("store={} next=later {}", store.name(), e.sentence());
        findings.add(
            new Finding(store.name(), "", "the store cannot be used", "later", e.sentence()));
      }
    }
    return findings;
  }

  /** One that cannot be settled keeps no other from being settled. */
  private String settled(Discrepancy discrepancy) {
    try {
      switch (discrepancy) {
        case Unknown unknown -> {
          return takenIn(unknown);
        }
        case Leftover leftover -> new StoredBackups(leftover.store()).remove(leftover.keys());
        case Abandoned abandoned -> abandoned.store().abort(abandoned.upload());
        case Unstated unstated -> statements.keepIn(unstated.store(), unstated.backup());
        case Missing missing -> transaction.executeWithoutResult(status -> tell(missing));
        case Stray _ -> {}
      }
      if (!(discrepancy instanceof Stray)) {
        log.info("{}", Finding.of(discrepancy, DONE));
      }
      return DONE;
    } catch (BackupFailure e) {
      log.warn("{}", Finding.of(discrepancy, e.sentence()));
      return e.sentence();
    } catch (RuntimeException e) {
      log.error("{}", Finding.of(discrepancy, "later"), e);
      return "could not be settled: " + e;
    }
  }

  private String takenIn(Unknown unknown) {
    Store store = unknown.store();
    Optional<Manifest> found = new StoredBackups(store).manifest(unknown.keys());
    boolean trusted = found.isPresent() && statements.vouchFor(store, found.get());
    found.ifPresent(manifest -> takeIn(store, unknown.keys(), manifest, trusted));
    String outcome = found.isEmpty() || trusted ? DONE : UNTRUSTED;
    log.info("{}", Finding.of(unknown, outcome));
    return outcome;
  }

  private void takeIn(Store store, BackupKeys keys, Manifest found, boolean trusted) {
    transaction.executeWithoutResult(
        status -> {
          entries.adopt(found, trusted);
          requireSame(store, found, backups.lock(keys.backup()).orElseThrow());
          if (trusted) {
            entries.trust(keys.backup());
            packs.adopt(found);
            statements.adopt(store, found);
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

  private void tell(Missing missing) {
    Backup backup = missing.backup();
    String detail = "is not there";
    if (entries.copyIsDefect(backup.id(), missing.store().name(), detail)) {
      outbox.append(
          backup
              .cause()
              .telling(backup.corrupted(missing.store().name(), detail), clock.instant()));
    }
  }
}
