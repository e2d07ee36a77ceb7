package dev.fairlead.backup.drill;

import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.Backup.Disproof;
import dev.fairlead.backup.backup.BackupEntries;
import dev.fairlead.backup.drill.DrillPipeline.Disproved;
import dev.fairlead.service.outbox.Outbox;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.springframework.stereotype.Component;

/** Has it known that a backup does not hold what its snapshot held. */
@Component
class Disproofs {

  static final String DIFFERS = "what a drill restored differs from the snapshot: ";

  private final BackupEntries entries;
  private final Outbox outbox;
  private final StatementKeys keys;
  private final Clock clock;

  Disproofs(BackupEntries entries, Outbox outbox, StatementKeys keys, Clock clock) {
    this.entries = entries;
    this.outbox = outbox;
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * In its caller's transaction. All copies have the same bytes, so all of them are told as
   * corrupted, once; their bytes may be just what the manifest says.
   *
   * @return what was signed
   */
  String note(Backup backup, Manifest manifest, Disproved found) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS); // as the catalogue keeps it
    String detail = DIFFERS + found.difference();
    String signed = keys.key().sign(DrillDisproof.of(manifest, found.store(), detail, now));
    if (entries.disproved(backup.id(), new Disproof(detail, now, signed))) {
      for (Backup.Copy copy : backup.copies()) {
        outbox.append(backup.cause().telling(backup.disproved(copy.store(), detail), now));
      }
    }
    return signed;
  }
}
