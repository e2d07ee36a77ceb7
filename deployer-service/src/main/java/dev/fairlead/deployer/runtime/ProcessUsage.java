package dev.fairlead.deployer.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;

/** What processes use, read from {@code /proc} (proc(5)). */
final class ProcessUsage {

  /** The kernel's unit of processor time in this file is a hundredth of a second everywhere. */
  private static final long TICK_MILLIS = 10;

  /** Fields 14 and 15 of the file, counted from the one after the name, which is field 3. */
  private static final int USER = 11;

  private static final int SYSTEM = 12;

  private ProcessUsage() {}

  /** Of all of them; one that has just ended uses nothing. */
  static Usage of(Collection<Long> pids) {
    long memory = 0;
    long millis = 0;
    for (long pid : pids) {
      try {
        Path process = Path.of("/proc", Long.toString(pid));
        memory += resident(process);
        millis += processorMillis(process);
      } catch (IOException ended) {
        // between the look at the table and this one
      }
    }
    return new Usage(memory, Duration.ofMillis(millis));
  }

  private static long resident(Path process) throws IOException {
    return Files.readAllLines(process.resolve("status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .map(line -> line.replaceAll("\\D", ""))
        .mapToLong(kilobytes -> Long.parseLong(kilobytes) * 1024)
        .findFirst()
        .orElse(0);
  }

  private static long processorMillis(Path process) throws IOException {
    String stat = Files.readString(process.resolve("stat"));
    // the name, in parentheses, may hold anything
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM])) * TICK_MILLIS;
  }
}
