package dev.fairlead.backup.drill;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.Backup.Disproof;
import dev.fairlead.backup.backup.BackupEntries;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Stores;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * What drills stated, beside the backups they are of: it is still there when the catalogue is not.
 */
@Component
public class StoredStatements {

  private static final Logger log = LoggerFactory.getLogger(StoredStatements.class);

  private final Stores stores;
  private final StatementKeys keys;
  private final BackupEntries entries;

  StoredStatements(Stores stores, StatementKeys keys, BackupEntries entries) {
    this.stores = stores;
    this.keys = keys;
    this.entries = entries;
  }

  /** In every store that has a copy. One that is away gets it with the next reconciliation. */
  void keep(Backup backup, String statement) {
    key(backup, statement).ifPresent(key -> keep(backup, key, statement));
  }

  /** The same of one that says the contrary. */
  void keepDisproof(Backup backup, String statement) {
    keys.key()
        .verified(statement, DrillDisproof.class)
        .ifPresent(stated -> keep(backup, disproofKey(backup, stated.at()), statement));
  }

  private void keep(Backup backup, String key, String statement) {
    for (Backup.Copy copy : backup.copies()) {
      try {
        stores.named(copy.store()).ifPresent(store -> keep(store, key, statement));
      } catch (BackupFailure e) {
        log.warn("backup={} store={} next=later {}", backup.id(), copy.store(), e.sentence());
      }
    }
  }

  private static void keep(Store store, String key, String statement) {
    store.createOnce(key, statement.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * The same in another store, or in one that has lost it. What an earlier version noted without
   * signing it is signed now.
   */
  public void keepIn(Store store, Backup backup) {
    Disproof disproof = backup.disproof();
    Manifest manifest = backup.manifest();
    if (disproof != null && manifest != null) {
      keep(store, disproofKey(backup, disproof.at()), signed(store, backup, disproof, manifest));
    }
    String statement = backup.statement();
    if (statement != null) {
      key(backup, statement).ifPresent(key -> keep(store, key, statement));
    }
  }

  private String signed(Store store, Backup backup, Disproof disproof, Manifest manifest) {
    String known = disproof.signed();
    if (known != null && keys.key().verified(known, DrillDisproof.class).isPresent()) {
      return known;
    }
    String signed =
        keys.key().sign(DrillDisproof.of(manifest, store.name(), disproof.detail(), disproof.at()));
    entries.disproofSigned(backup.id(), disproof.at(), signed);
    return signed;
  }

  /**
   * Where what was signed of its latest drill belongs, or is to be signed; empty without one, or
   * where the key is another by now.
   */
  public Optional<String> keyOf(Backup backup) {
    if (backup.disproof() != null && backup.manifest() != null) {
      return Optional.of(disproofKey(backup, backup.disproof().at()));
    }
    return backup.statement() == null ? Optional.empty() : key(backup, backup.statement());
  }

  private static String disproofKey(Backup backup, Instant drilledAt) {
    return new BackupKeys(backup.database(), backup.id()).disproof(drilledAt);
  }

  private Optional<String> key(Backup backup, String statement) {
    return keys.key()
        .verified(statement, DrillStatement.class)
        .map(stated -> new BackupKeys(backup.database(), backup.id()).statement(stated.at()));
  }

  /** Whether our key signed this manifest, or a statement in this store that a drill proved it. */
  public boolean vouchFor(Store store, Manifest manifest) {
    return vouching(store).covers(manifest);
  }

  /**
   * Takes what the latest drill stated that a store knows of into the catalogue, unless that knows
   * of a later one: a store may have been away.
   */
  public void adopt(Store store, Backup known, Manifest manifest) {
    Instant latest = latestDrill(known);
    Vouching vouching = vouching(store);
    vouching
        .latestDrill(manifest)
        .filter(it -> it.stated().at().isAfter(latest))
        .ifPresent(it -> entries.drilled(known.id(), it.stated().recoveryMillis(), it.statement()));
    vouching
        .standingDisproof(manifest)
        .filter(it -> it.at().isAfter(latest))
        .ifPresent(it -> entries.disproved(known.id(), it));
  }

  private Instant latestDrill(Backup known) {
    if (known.disproof() != null) {
      return known.disproof().at();
    }
    return Optional.ofNullable(known.statement())
        .flatMap(statement -> keys.key().verified(statement, DrillStatement.class))
        .map(DrillStatement::at)
        .orElse(Instant.MIN);
  }

  private Vouching vouching(Store store) {
    return new Vouching(store, keys.key().publicHalf());
  }
}
