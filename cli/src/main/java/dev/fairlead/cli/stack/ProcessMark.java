package dev.fairlead.cli.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Names one process for ever: process ids are reused, and killing a stranger is worse than leaving
 * an orphan.
 *
 * @param start on Linux the boot and the clock tick of the start, elsewhere the moment
 */
record ProcessMark(long pid, String start) {

  /** The mark of a process that is alive now. */
  static Optional<ProcessMark> of(long pid) {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .flatMap(handle -> startOf(handle).map(start -> new ProcessMark(pid, start)));
  }

  static Optional<ProcessMark> parse(String text) {
    String[] parts = text.strip().split(" ", 2);
    return parts.length == 2 && parts[0].matches("\\d{1,18}")
        ? Optional.of(new ProcessMark(Long.parseLong(parts[0]), parts[1]))
        : Optional.empty();
  }

  /** The process, if it is still that one. */
  Optional<ProcessHandle> handle() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(handle -> startOf(handle).equals(Optional.of(start)));
  }

  private static Optional<String> startOf(ProcessHandle handle) {
    Optional<String> ticks = startTicks(handle.pid());
    return ticks.isPresent()
        ? boot().map(boot -> boot + ":" + ticks.get())
        : handle.info().startInstant().map(moment -> Long.toString(moment.toEpochMilli()));
  }

  private static Optional<String> boot() {
    return read(Path.of("/proc/sys/kernel/random/boot_id")).map(String::strip);
  }

  /**
   * Field 22 of /proc/PID/stat; the program's name before it may contain anything. A zombie (field
   * 3) has ended, even if nobody has asked for its exit code yet.
   */
  private static Optional<String> startTicks(long pid) {
    return read(Path.of("/proc", Long.toString(pid), "stat"))
        .map(stat -> stat.substring(stat.lastIndexOf(')') + 2).split(" "))
        .filter(fields -> !fields[0].equals("Z") && !fields[0].equals("X"))
        .map(fields -> fields[19]);
  }

  private static Optional<String> read(Path file) {
    try {
      return Optional.of(Files.readString(file));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return pid + " " + start;
  }
}
