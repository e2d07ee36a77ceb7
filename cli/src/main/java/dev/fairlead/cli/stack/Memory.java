package dev.fairlead.cli.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Memory of a process and of those it started, from Linux's /proc. */
final class Memory {

  private static final long KIB = 1024;

  private Memory() {}

  /** With its descendants; 0 where it cannot be seen. */
  static long bytesOf(ProcessHandle process) {
    try (Stream<ProcessHandle> descendants = process.descendants()) {
      return Stream.concat(Stream.of(process), descendants).mapToLong(Memory::bytesOfOne).sum();
    }
  }

  /**
   * Proportional set size where the kernel tells it, because PostgreSQL's processes share pages.
   */
  static long bytesOfOne(ProcessHandle process) {
    Path folder = Path.of("/proc", Long.toString(process.pid()));
    long proportional = kibibytes(folder.resolve("smaps_rollup"), "Pss:");
    return KIB * (proportional > 0 ? proportional : kibibytes(folder.resolve("status"), "VmRSS:"));
  }

  private static long kibibytes(Path file, String key) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(key))
          .map(line -> line.replaceAll("\\D", ""))
          .mapToLong(Long::parseLong)
          .findFirst()
          .orElse(0);
    } catch (IOException | java.io.UncheckedIOException e) {
      return 0;
    }
  }
}
