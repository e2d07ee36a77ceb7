package dev.fairlead.deployer.runtime;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * What a process instance writes: a file it appends to, and the end of what was cut off that file.
 *
 * <p>The instance holds its file open, so it cannot be replaced by another. But what is opened to
 * append is written at the end, wherever that is by then (open(2), {@code O_APPEND}): the file can
 * be emptied under it.
 */
record OutputLog(Path file) {

  /** Of what is cut off so much is kept, as a share of the limit. */
  private static final int KEPT_SHARE = 5;

  /** An instance that writes faster than its lines are copied is not run after for ever. */
  private static final int PASSES = 10;

  /** The last lines, oldest first, whether they were cut off meanwhile or not. */
  List<String> tail(int lines) {
    return LogTail.of(List.of(earlier(), file), lines);
  }

  /**
   * Empties a file that has grown longer than this, and keeps its end. A line that is written in
   * the very moment between the last look and the cut can be lost.
   *
   * @param limit bytes, more than {@link LogTail#MOST_BYTES}
   */
  boolean cut(long limit) {
    if (!exceeds(limit)) {
      return false;
    }
    try (FileChannel output =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      Path next = file.resolveSibling(file.getFileName() + ".next");
      try (FileChannel copy =
          FileChannel.open(
              next,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        long copied = copy(output, output.size() - kept(limit), copy);
        Files.move(next, earlier(), StandardCopyOption.ATOMIC_MOVE);
        for (int pass = 1; pass < PASSES && copied < output.size(); pass++) {
          copied = copy(output, copied, copy);
        }
        output.truncate(0);
      }
      return true;
    } catch (IOException e) {
      throw new RuntimeFailure(
          "the output %s cannot be cut: %s; free space or correct the rights"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  /** Never less than is read of a log at a time. */
  private static long kept(long limit) {
    return Math.max(limit / KEPT_SHARE, LogTail.MOST_BYTES);
  }

  /**
   * @return up to where it was copied
   */
  private static long copy(FileChannel output, long from, FileChannel copy) throws IOException {
    long end = output.size();
    long at = from;
    while (at < end) {
      at += output.transferTo(at, end - at, copy);
    }
    return at;
  }

  boolean exceeds(long limit) {
    try {
      return Files.size(file) > limit;
    } catch (NoSuchFileException nothingWritten) {
      return false;
    } catch (IOException e) {
      throw new RuntimeFailure(
          "the output %s cannot be read: %s; correct the rights".formatted(file, e.getMessage()),
          e);
    }
  }

  private Path earlier() {
    return file.resolveSibling(file.getFileName() + ".1");
  }
}
