package dev.fairlead.backup.drill;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.BackupSettings;
import dev.fairlead.backup.archive.AgeKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.files.StoredFiles;
import dev.fairlead.backup.folder.OwnedFolder;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.nio.file.Path;
import org.springframework.stereotype.Component;

/** Brings the files of a restore point back into a folder that is thrown away. */
@Component
class RecoveryFiles {

  /** Apart from what the folder needs for itself, which archived files may be named like. */
  private static final String FILES = "files";

  private final AgeKeys keys;
  private final Path folder;

  RecoveryFiles(AgeKeys keys, BackupSettings settings) {
    this.keys = keys;
    this.folder = settings.drill().folder();
  }

  /**
   * Every file, compared with its digests.
   *
   * @throws BackupFailure when one is not what it was, or there is no room for all of them
   */
  void prove(Store store, Manifest manifest) {
    Manifest.Files files = manifest.files();
    if (files == null) {
      return;
    }
    try {
      OwnedFolder below =
          OwnedFolder.claim(folder.resolve(manifest.backup().toString())).orElseThrow();
      try {
        DrillRoom.requireForFiles(below.path(), files);
        new StoredFiles(store, manifest).extract(keys.identity(), below.path().resolve(FILES));
      } finally {
        below.remove();
      }
    } catch (IOException e) {
      throw new BackupFailure(
          BackupFailureReason.STORE_UNREACHABLE,
          "no room for a drill can be made in %s: %s".formatted(folder, e),
          "let backup-service write there, or set fairlead.backup.drill.folder",
          e);
    }
  }
}
