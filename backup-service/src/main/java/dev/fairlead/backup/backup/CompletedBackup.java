package dev.fairlead.backup.backup;

import dev.fairlead.backup.archive.RetentionClass;
import dev.fairlead.backup.backup.Backup.Copy;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DeploymentId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One of all completed backups of a database, without its manifest: each can have megabytes, and
 * all of them more than the memory holds.
 *
 * @param disproved what a drill found that restored other data than the snapshot held
 * @param retentionClass absent where only an older manifest is known, which does not say it
 */
public record CompletedBackup(
    BackupId id,
    Instant snapshotAt,
    boolean trusted,
    @Nullable ProofLevel proof,
    @Nullable String disproved,
    @Nullable DeploymentId pinnedFor,
    @Nullable RetentionClass retentionClass,
    List<Copy> copies) {

  /** Whether somebody may count on it: not disproved, with a copy that was good when last read. */
  public boolean isGood() {
    return disproved == null && copies.stream().anyMatch(copy -> copy.defect() == null);
  }
}
