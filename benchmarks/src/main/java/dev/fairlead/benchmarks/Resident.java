package dev.fairlead.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** What a process takes of this machine; Linux only. */
record Resident(ProcessHandle process) {

  /** {@code VmHWM} of proc(5). */
  long peakMegabytes() throws IOException {
    return kilobytes("VmHWM:") / 1024;
  }

  /** {@code VmRSS} of proc(5). */
  long megabytes() throws IOException {
    return kilobytes("VmRSS:") / 1024;
  }

  Duration processorTime() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private long kilobytes(String field) throws IOException {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith(field))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    }
  }
}
