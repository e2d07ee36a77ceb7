package dev.fairlead.backup.drill;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.folder.OwnedFolder;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.BackupId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where throwaway clusters live.
 *
 * @param root may be shared by several services of one machine
 */
record ClusterFolders(Path root) {

  private static final Logger log = LoggerFactory.getLogger(ClusterFolders.class);

  /**
   * @throws BackupFailure when the folder cannot be made, or another drill of this backup has it
   */
  ClusterFolder claim(BackupId backup) {
    try {
      return OwnedFolder.claim(root.resolve(backup.toString()))
          .map(ClusterFolder::new)
          .orElseThrow(
              () ->
                  new BackupFailure(
                      BackupFailureReason.INTERRUPTED,
                      "another drill of backup %s runs on this machine".formatted(backup),
                      "nothing: it is tried again"));
    } catch (IOException e) {
      throw new BackupFailure(
          BackupFailureReason.STORE_UNREACHABLE,
          "no room for a drill can be made in %s: %s".formatted(root, e),
          "let backup-service write there, or set fairlead.backup.drill.folder",
          e);
    }
  }

  /** Removes what drills left that were killed: their files, and their servers that still run. */
  void sweep() {
    if (!Files.isDirectory(root)) {
      return;
    }
    try {
      OwnedFolder.abandoned(root, "").stream()
          .map(ClusterFolder::new)
          .forEach(ClusterFolders::remove);
    } catch (IOException e) {
      log.warn("folder={} next=swept-later cannot be looked at: {}", root, e.toString());
    }
  }

  private static void remove(ClusterFolder abandoned) {
    log.info("drill={} was abandoned next=removed", abandoned);
    abandoned.close();
  }
}
