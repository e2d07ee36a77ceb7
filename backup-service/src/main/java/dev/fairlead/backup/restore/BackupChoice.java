package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.backup.Backup;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.backup.CompletedBackup;
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
   * The one that was asked for, or else the newest with a copy that was good when last read; one
   * that a drill disproved is only ever taken where it was asked for. Its row is locked until the
   * end of the transaction: what is chosen is not removed meanwhile.
   */
  static Backup of(Restore restore, Backups backups) {
    BackupId wanted = restore.backup();
    if (wanted == null) {
      return newest(restore.database(), backups);
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

  private static Backup newest(DatabaseId database, Backups backups) {
    List<CompletedBackup> trusted =
        backups.completed(database).stream().filter(CompletedBackup::trusted).toList();
    return Stream.concat(
            trusted.stream().filter(CompletedBackup::isGood),
            trusted.stream().filter(backup -> !backup.isGood()))
        .filter(backup -> backup.disproved() == null)
        .flatMap(backup -> backups.lock(backup.id()).stream())
        .filter(backup -> backup.manifest() != null && !backup.copies().isEmpty())
        .filter(backup -> backup.disproof() == null)
        .findFirst()
        .orElseThrow(() -> none(database, trusted));
  }

  private static BackupFailure none(DatabaseId database, List<CompletedBackup> trusted) {
    Optional<CompletedBackup> disproved =
        trusted.stream().filter(backup -> backup.disproved() != null).findFirst();
    return disproved
        .map(
            backup ->
                refused(
                    "drills disproved what there is of %s; of the newest, %s: %s"
                        .formatted(database, backup.id(), backup.disproved()),
                    "make a new backup if the database is still there (fairlead backup run %s); one that was disproved is restored when it is named with --backup"
                        .formatted(database)))
        .orElseGet(
            () ->
                refused(
                    "there is no completed backup of %s that our key signed".formatted(database),
                    "fairlead backup list shows those that were requested or found; one of another key is restored when it is named with --backup"));
  }

  private static BackupFailure refused(String detail, String advice) {
    return new BackupFailure(BackupFailureReason.EMPTY_RESULT, detail, advice);
  }
}
