package dev.fairlead.deployer.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Telling a disk without room from everything else that can keep a file from being written. */
public final class FullDisk {

  /** With less nothing new is begun. */
  private static final long ENOUGH = 1L << 20;

  private FullDisk() {}

  /** Whether there is no room worth speaking of; false where nobody can tell. */
  public static boolean at(Path folder) {
    try {
      return Files.getFileStore(folder).getUsableSpace() < ENOUGH;
    } catch (IOException unknown) {
      return false;
    }
  }

  /** What to do about a file that a proxy reads, and that could not be written there. */
  public static String remedy(IOException failure, Path folder) {
    return isCauseOf(failure, folder)
        ? "the disk is full and the routes are as they were: free space there"
        : "give the deployer the right to write there";
  }

  /**
   * Whether that is why it could not be written. The system says so in the language of its user;
   * then the free space speaks.
   *
   * @param folder that exists, on the disk in question
   */
  public static boolean isCauseOf(IOException failure, Path folder) {
    String message = String.valueOf(failure.getMessage());
    if (message.contains("No space left") || message.contains("quota exceeded")) {
      return true;
    }
    try {
      return Files.getFileStore(folder).getUsableSpace() == 0;
    } catch (IOException unknown) {
      return false;
    }
  }
}
