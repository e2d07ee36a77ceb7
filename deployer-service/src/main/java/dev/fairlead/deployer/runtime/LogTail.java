package dev.fairlead.deployer.runtime;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The end of a log, read without reading the rest. */
final class LogTail {

  /** A log may be cut as soon as its last file is longer than this. */
  static final int MOST_BYTES = 256 << 10;

  private LogTail() {}

  /**
   * The last lines, oldest first; of very long ones those that fit into 256 KiB. One that does not
   * is left out: its piece could be that of a secret.
   */
  static List<String> of(Path log, int lines) {
    return of(List.of(log), lines);
  }

  /**
   * The same of a log in several files. An earlier one is looked at only where the later ones are
   * short: so nothing is read twice while the end of a long one is copied to the earlier one.
   *
   * @param files oldest first; only the last one begins with the beginning of a line
   */
  static List<String> of(List<Path> files, int lines) {
    try {
      byte[] end = new byte[0];
      boolean whole = true;
      for (Path file : files.reversed()) {
        End more = end(file, MOST_BYTES - end.length);
        whole = more.bytes().length == 0 ? whole : more.whole() && file.equals(files.getLast());
        end = joined(more.bytes(), end);
      }
      byte[] shown = whole ? end : CutText.wholeLines(end);
      List<String> found = new String(shown, StandardCharsets.UTF_8).lines().toList();
      return found.subList(Math.max(0, found.size() - lines), found.size());
    } catch (IOException e) {
      throw new RuntimeFailure(
          "cannot read the log %s: %s".formatted(files.getLast(), e.getMessage()), e);
    }
  }

  /**
   * @param whole whether it is all of the file
   */
  private record End(byte[] bytes, boolean whole) {}

  private static End end(Path file, int most) throws IOException {
    while (most > 0 && Files.exists(file)) {
      try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
        long from = Math.max(0, log.length() - most);
        byte[] end = new byte[(int) Math.min(most, log.length() - from)];
        log.seek(from);
        log.readFully(end);
        return new End(end, from == 0);
      } catch (EOFException cutMeanwhile) {
        continue;
      }
    }
    return new End(new byte[0], true);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    ByteArrayOutputStream both = new ByteArrayOutputStream(first.length + second.length);
    both.writeBytes(first);
    both.writeBytes(second);
    return both.toByteArray();
  }
}
