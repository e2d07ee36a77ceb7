package dev.fairlead.backup.drill;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.BackupSettings;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.files.RestorePointFiles;
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

  private final RestorePointFiles files;
  private final Path folder;

  RecoveryFiles(RestorePointFiles files, BackupSettings settings) {
    this.files = files;
    this.folder = settings.drill().folder();
  }

  /**
   * Every file, compared with its digests.
   *
   * @throws BackupFailure when one is not what it was
   */
  void prove(Store store, Manifest manifest) {
    if (manifest.files() == null) {
      return;
    }
    try {
      OwnedFolder below =
          OwnedFolder.claim(folder.resolve(manifest.backup().toString())).orElseThrow();
      try {
        files.extract(store, manifest, below.path().resolve(FILES));
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
