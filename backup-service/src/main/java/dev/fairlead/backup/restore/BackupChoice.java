package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.BackupId;
import java.util.List;
import java.util.Optional;

/** Which backup a restore takes. */
final class BackupChoice {

  private BackupChoice() {}

  /** The one that was asked for, or else the newest with a copy that was good when last read. */
  static Backup of(Restore restore, Backups backups) {
    BackupId wanted = restore.backup();
    if (wanted == null) {
      return newest(backups.completed(restore.database()))
          .orElseThrow(
              () ->
                  refused(
                      "there is no completed backup of %s that our key signed"
                          .formatted(restore.database()),
                      "GET /backups shows those that were requested or found; one of another key is restored when it is named"));
    }
    Backup backup =
        backups
            .find(wanted)
            .orElseThrow(
                () ->
                    refused(
                        "unknown backup %s".formatted(wanted),
                        "GET /backups?database=%s lists those there are"
                            .formatted(restore.database())));
    if (backup.manifest() == null || backup.copies().isEmpty()) {
      throw refused(
          "backup %s is %s".formatted(wanted, backup.state().text()),
          "choose one that is completed: GET /backups?database=" + restore.database());
    }
    if (!backup.database().equals(restore.database())) {
      throw refused(
          "backup %s is of %s, not of %s".formatted(wanted, backup.database(), restore.database()),
          "choose a backup of this database: GET /backups?database=" + restore.database());
    }
    return backup;
  }

  private static Optional<Backup> newest(List<Backup> newestFirst) {
    List<Backup> trusted = newestFirst.stream().filter(Backup::trusted).toList();
    return trusted.stream()
        .filter(backup -> backup.copies().stream().anyMatch(copy -> copy.defect() == null))
        .findFirst()
        .or(() -> trusted.stream().findFirst());
  }

  private static BackupFailure refused(String detail, String advice) {
    return new BackupFailure(BackupFailureReason.EMPTY_RESULT, detail, advice);
  }
}
