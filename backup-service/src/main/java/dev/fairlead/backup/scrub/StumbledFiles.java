package dev.fairlead.backup.scrub;

import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.BackupEntries;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.files.CorruptFiles;
import dev.fairlead.backup.files.PackReadings;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupId;
import dev.fairlead.service.outbox.Outbox;
import java.time.Clock;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Notes and tells what restores of files came upon, in the words of a scrub, which heals it. */
@Component
class StumbledFiles implements CorruptFiles {

  private final Backups backups;
  private final BackupEntries entries;
  private final PackReadings packs;
  private final Outbox outbox;
  private final Clock clock;

  StumbledFiles(
      Backups backups, BackupEntries entries, PackReadings packs, Outbox outbox, Clock clock) {
    this.backups = backups;
    this.entries = entries;
    this.packs = packs;
    this.outbox = outbox;
    this.clock = clock;
  }

  @Override
  @Transactional
  public void found(BackupId id, Store store, String key, String defect) {
    if (BackupKeys.isPack(key)) {
      packs.bad(BackupKeys.packName(key), store.name(), defect);
    }
    String detail = "%s %s".formatted(store.location(key), defect);
    backups.lock(id).ifPresent(backup -> tell(backup, store, detail));
  }

  private void tell(Backup backup, Store store, String detail) {
    if (entries.copyIsDefect(backup.id(), store.name(), detail)) {
      outbox.append(
          backup.cause().telling(backup.corrupted(store.name(), detail), clock.instant()));
    }
  }
}
