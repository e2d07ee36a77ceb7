package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Which backup a restore takes. */
final class BackupChoice {

  private BackupChoice() {}

  /**
   * The one that was asked for, or else the newest with a copy that was good when last read. Its
   * row is locked until the end of the transaction: what is chosen is not removed meanwhile.
   */
  static Backup of(Restore restore, Backups backups) {
    BackupId wanted = restore.backup();
    if (wanted == null) {
      return newest(restore.database(), backups)
          .orElseThrow(
              () ->
                  refused(
                      "there is no completed backup of %s that our key signed"
                          .formatted(restore.database()),
                      "fairlead backup list shows those that were requested or found; one of another key is restored when it is named with --backup"));
    }
    Backup backup =
        backups
            .lock(wanted)
            .orElseThrow(
                () ->
                    refused(
                        "unknown backup %s".formatted(wanted),
                        "fairlead backup list --database %s shows those there are"
                            .formatted(restore.database())));
    if (backup.manifest() == null || backup.copies().isEmpty()) {
      throw refused(
          "backup %s is %s".formatted(wanted, backup.standing()),
          "choose one that is completed and has copies: fairlead backup list --database "
              + restore.database());
    }
    if (!backup.database().equals(restore.database())) {
      throw refused(
          "backup %s is of %s, not of %s".formatted(wanted, backup.database(), restore.database()),
          "choose a backup of this database: fairlead backup list --database "
              + restore.database());
    }
    return backup;
  }

  private static Optional<Backup> newest(DatabaseId database, Backups backups) {
    List<Backup> trusted = backups.completed(database).stream().filter(Backup::trusted).toList();
    return Stream.concat(
            trusted.stream().filter(BackupChoice::hasGoodCopy),
            trusted.stream().filter(backup -> !hasGoodCopy(backup)))
        .flatMap(backup -> backups.lock(backup.id()).stream())
        .filter(backup -> backup.manifest() != null && !backup.copies().isEmpty())
        .findFirst();
  }

  private static boolean hasGoodCopy(Backup backup) {
    return backup.copies().stream().anyMatch(copy -> copy.defect() == null);
  }

  private static BackupFailure refused(String detail, String advice) {
    return new BackupFailure(BackupFailureReason.EMPTY_RESULT, detail, advice);
  }
}
