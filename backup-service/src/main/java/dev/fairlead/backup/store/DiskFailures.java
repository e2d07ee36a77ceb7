package dev.fairlead.backup.store;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.Locale;

/** What the file system's complaints mean for a backup. */
final class DiskFailures {

  private final String store;
  private final Path root;

  DiskFailures(String store, Path root) {
    this.store = store;
    this.root = root;
  }

  <T> T get(DiskAction<T> action) {
    try {
      return action.run();
    } catch (IOException e) {
      throw translate(e);
    }
  }

  void run(DiskEffect effect) {
    try {
      effect.run();
    } catch (IOException e) {
      throw translate(e);
    }
  }

  BackupFailure translate(IOException e) {
    String what = "store %s (%s): %s".formatted(store, root, e);
    if (isFull(e)) {
      return new BackupFailure(
          BackupFailureReason.STORE_FULL,
          what,
          "free space there, or keep fewer backups (keep-last, keep-days of this store)",
          e);
    }
    String advice =
        e instanceof AccessDeniedException
            ? "let the user of backup-service write to this folder"
            : "check that the disk is mounted and writable";
    return new BackupFailure(BackupFailureReason.STORE_UNREACHABLE, what, advice, e);
  }

  /** The JDK has no type for it: these are the kernel's texts of ENOSPC and EDQUOT. */
  private static boolean isFull(IOException e) {
    String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return text.contains("no space left") || text.contains("quota exceeded");
  }

  interface DiskAction<T> {
    T run() throws IOException;
  }

  interface DiskEffect {
    void run() throws IOException;
  }
}
