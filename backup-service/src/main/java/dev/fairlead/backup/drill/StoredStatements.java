package dev.fairlead.backup.drill;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.BackupEntries;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Stores;
import java.nio.charset.StandardCharsets;
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
    for (Backup.Copy copy : backup.copies()) {
      try {
        stores.named(copy.store()).ifPresent(store -> keep(store, backup, statement));
      } catch (BackupFailure e) {
        log.warn("backup={} store={} next=later {}", backup.id(), copy.store(), e.sentence());
      }
    }
  }

  private void keep(Store store, Backup backup, String statement) {
    key(backup, statement)
        .ifPresent(key -> store.createOnce(key, statement.getBytes(StandardCharsets.US_ASCII)));
  }

  /** The same in another store, or in one that has lost it. */
  public void keepIn(Store store, Backup backup) {
    if (backup.statement() != null) {
      keep(store, backup, backup.statement());
    }
  }

  /** Where the statement of its latest drill belongs; empty without one that we signed. */
  public Optional<String> keyOf(Backup backup) {
    return backup.statement() == null ? Optional.empty() : key(backup, backup.statement());
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

  /** Takes the latest one in a store into the catalogue. */
  public void adopt(Store store, Manifest manifest) {
    vouching(store)
        .latestDrill(manifest)
        .ifPresent(
            it -> entries.drilled(manifest.backup(), it.stated().recoveryMillis(), it.statement()));
  }

  private Vouching vouching(Store store) {
    return new Vouching(store, keys.key().publicHalf());
  }
}
