package dev.fairlead.backup.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Sees the command line of every process of this machine, those in containers as well. */
public final class CommandLines implements AutoCloseable {

  /** No program of ours ends as soon; without it, half of a small machine would only look. */
  private static final long PAUSE_NANOS = Duration.ofMillis(5).toNanos();

  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private final Thread watcher = Thread.ofPlatform().daemon().unstarted(this::watchAll);

  private CommandLines() {}

  public static CommandLines watch() {
    CommandLines lines = new CommandLines();
    lines.watcher.start();
    return lines;
  }

  private void watchAll() {
    while (!Thread.interrupted()) {
      try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
        processes
            .map(process -> process.resolve("cmdline"))
            .filter(Files::isReadable)
            .map(CommandLines::commandLine)
            .forEach(seen::add);
        LockSupport.parkNanos(PAUSE_NANOS);
      } catch (IOException _) {
        return;
      }
    }
  }

  private static String commandLine(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException _) {
      return "";
    }
  }

  /** All that were seen until now. */
  public Set<String> all() {
    return seen;
  }

  @Override
  public void close() {
    watcher.interrupt();
  }
}
