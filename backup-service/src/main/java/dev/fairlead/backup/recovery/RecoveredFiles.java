package dev.fairlead.backup.recovery;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.AgeIdentity;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.files.StoredFiles;
import dev.fairlead.backup.folder.Tree;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * The files of a restore point on a machine that has none of their folders: below one of choice.
 */
record RecoveredFiles(Store store, AgeIdentity identity) {

  /**
   * All of them, compared with their digests, each below {@code folder} with the path it had.
   *
   * @param folder does not exist yet, or has nothing in it
   * @throws BackupFailure when one is not what it was; then nothing of them is left
   */
  void bringBack(Manifest manifest, Path folder) {
    try {
      requireEmpty(folder);
      Files.createDirectories(folder);
      try {
        new StoredFiles(store, manifest).extract(identity, folder);
      } catch (RuntimeException e) {
        new Tree(folder).delete();
        throw e;
      }
    } catch (IOException e) {
      throw new BackupFailure(
          BackupFailureReason.STORE_UNREACHABLE,
          "%s cannot be written: %s".formatted(folder, e),
          "name a folder on a disk with room: --files-below",
          e);
    }
  }

  private static void requireEmpty(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "--files-below %s is no folder; expected one that is empty or does not exist"
              .formatted(folder));
    }
    try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
      if (children.iterator().hasNext()) {
        throw new IllegalArgumentException(
            "--files-below %s is not empty; nothing in it would be told from what is restored: name another folder"
                .formatted(folder));
      }
    }
  }
}
