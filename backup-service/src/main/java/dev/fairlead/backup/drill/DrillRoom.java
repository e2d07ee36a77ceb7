package dev.fairlead.backup.drill;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The disk that drills use is often the one that everything else here writes to as well. */
final class DrillRoom {

  /** Tables, their indexes, and the write-ahead log of loading them. */
  private static final int PER_DUMP_BYTE = 2;

  /** What a file takes beyond its bytes, on average no more. */
  private static final int PER_FILE = 4096;

  private static final long RESERVE = 256L * 1024 * 1024;

  /** Whatever a manifest claims, more than any disk has, and sums of it do not overflow. */
  private static final long MOST_BYTES = 1L << 60;

  private static final long MOST_FILES = 1L << 40;

  private DrillRoom() {}

  /**
   * @param folder on the disk that is used
   * @throws BackupFailure when there is too little for the database to be restored
   */
  static void requireForDump(Path folder, Manifest.Archive dump) {
    require(folder, PER_DUMP_BYTE * Math.clamp(dump.dumpBytes(), 0, MOST_BYTES));
  }

  /**
   * @param folder on the disk that is used
   * @throws BackupFailure when there is too little for all files to be unpacked
   */
  static void requireForFiles(Path folder, Manifest.Files files) {
    require(
        folder,
        Math.clamp(files.bytes(), 0, MOST_BYTES)
            + PER_FILE * Math.clamp(files.files(), 0, MOST_FILES));
  }

  private static void require(Path folder, long bytes) {
    long needed = RESERVE + bytes;
    try {
      long free = Files.getFileStore(folder).getUsableSpace();
      if (free < needed) {
        throw new BackupFailure(
            BackupFailureReason.STORE_FULL,
            "a drill needs %d MB in %s and there are %d MB"
                .formatted(needed >> 20, folder, free >> 20),
            "free space, or set fairlead.backup.drill.folder to a larger disk");
      }
    } catch (IOException e) {
      throw new BackupFailure(
          BackupFailureReason.STORE_UNREACHABLE,
          "the free space of %s cannot be told: %s".formatted(folder, e),
          "set fairlead.backup.drill.folder to a folder on a local disk",
          e);
    }
  }
}
