package dev.fairlead.backup.scrub;

import dev.fairlead.backup.backup.Backup.Copy;
import dev.fairlead.events.BackupId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One copy of a backup, as the catalogue has it.
 *
 * @param lastRead when all of it was last found good
 * @param defect what was wrong with it when it was last read, if anything
 */
record StoredCopy(BackupId backup, String store, Instant lastRead, @Nullable String defect) {

  boolean isBack() {
    return Copy.BACK.equals(defect);
  }
}
