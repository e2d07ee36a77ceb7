package dev.fairlead.deployer.runtime;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The end of a log file, read without reading the rest. */
final class LogTail {

  private static final int MOST_BYTES = 256 << 10;

  private LogTail() {}

  /** The last lines, oldest first; of very long ones those that fit into 256 KiB. */
  static List<String> of(Path log, int lines) {
    if (!Files.exists(log)) {
      return List.of();
    }
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long from = Math.max(0, file.length() - MOST_BYTES);
      byte[] end = new byte[(int) Math.min(MOST_BYTES, file.length() - from)];
      file.seek(from);
      file.readFully(end);
      List<String> found = new String(end, StandardCharsets.UTF_8).lines().toList();
      return found.subList(Math.max(0, found.size() - lines), found.size());
    } catch (IOException e) {
      throw new RuntimeFailure("cannot read the log %s: %s".formatted(log, e.getMessage()), e);
    }
  }
}
