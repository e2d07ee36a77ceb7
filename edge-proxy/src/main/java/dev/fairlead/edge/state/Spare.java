package dev.fairlead.edge.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Room on the disk for the state, taken while there is some: a file of which the blocks are
 * overwritten when no new ones are to be had. The room of the state that was replaced then is the
 * next spare.
 */
final class Spare {
  private static final int LEAST_BYTES = 64 << 10;

  private final Path file;

  Spare(Path file) {
    this.file = file;
    refill(0);
  }

  /** Twice what is needed now, so that it can grow; as much as there is, where that is less. */
  void refill(int needed) {
    int wanted = Math.max(LEAST_BYTES, 2 * needed);
    try {
      if (size() < wanted) {
        byte[] something = new byte[wanted];
        ThreadLocalRandom.current().nextBytes(something); // zeros might take no room
        Files.write(file, something);
      }
    } catch (IOException full) {
      // the next change tries again
    }
  }

  /**
   * Makes it the file of that name, to be overwritten.
   *
   * @return false where it is missing, or too small for so many bytes
   */
  boolean become(Path target, int bytes) throws IOException {
    if (size() < bytes) {
      return false;
    }
    Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
    return true;
  }

  private long size() throws IOException {
    return Files.exists(file) ? Files.size(file) : -1;
  }
}
