package dev.fairlead.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Starts programs in processes of their own, away from the terminal: Ctrl-C reaches the command
 * that started them, not them.
 */
public final class Program {

  private static final Optional<Path> SETSID = Executables.find("setsid");

  private Program() {}

  /**
   * Starts {@code command} with its output appended to {@code log}.
   *
   * @param environment added to this JVM's environment
   * @throws NeighbourFailed when the executable cannot be started
   */
  public static Process start(
      List<String> command,
      Map<String, String> environment,
      Path folder,
      Path log,
      Lifetime lifetime) {
    try {
      Files.createDirectories(folder);
      ProcessBuilder builder = new ProcessBuilder(detached(command));
      builder.directory(folder.toFile());
      // glibc gives each thread an arena otherwise: tens of megabytes for a JVM.
      builder.environment().putIfAbsent("MALLOC_ARENA_MAX", "2");
      builder.environment().putAll(environment);
      builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
      builder.redirectErrorStream(true);
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      Process process = builder.start();
      if (lifetime == Lifetime.OF_THIS_JVM) {
        tie(process);
      }
      return process;
    } catch (IOException e) {
      throw new NeighbourFailed(
          "cannot start %s: %s".formatted(command.getFirst(), e.getMessage()), e);
    }
  }

  private static List<String> detached(List<String> command) {
    List<String> detached = new ArrayList<>();
    SETSID.ifPresent(setsid -> detached.add(setsid.toString()));
    detached.addAll(command);
    return detached;
  }

  /**
   * A small shell waits for the end of a pipe that only this JVM holds, then ends the process: this
   * works after SIGKILL of the JVM too, which no shutdown hook does.
   */
  private static void tie(Process process) throws IOException {
    List<String> watch =
        detached(
            List.of(
                "/bin/sh",
                "-c",
                "cat >/dev/null; kill -INT $0 2>/dev/null; sleep 5; kill -KILL $0 2>/dev/null",
                Long.toString(process.pid())));
    Process watcher =
        new ProcessBuilder(watch)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    process.onExit().thenRun(() -> endWithDescendants(watcher.toHandle()));
  }

  /** Ends a process at once, with everything it started, as a crash of the machine would. */
  public static void endWithDescendants(ProcessHandle process) {
    List<ProcessHandle> all;
    try (Stream<ProcessHandle> descendants = process.descendants()) {
      all = Stream.concat(Stream.of(process), descendants).toList();
    }
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(handle -> awaitEnd(handle, Duration.ofSeconds(10)));
  }

  /** True when the process ended within {@code patience}. */
  public static boolean awaitEnd(ProcessHandle process, Duration patience) {
    try {
      process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return !process.isAlive();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return !process.isAlive();
    }
  }

  /** Runs a short command to its end and returns what it printed; an interrupt ends it. */
  public static String run(List<String> command, Duration limit) {
    try {
      Path output = Files.createTempFile("fairlead-", ".out");
      try {
        Process process =
            new ProcessBuilder(detached(command))
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(output.toFile())
                .start();
        if (!endsWithin(process, limit)) {
          throw new NeighbourFailed(
              "%s did not end within %d s".formatted(command.getFirst(), limit.toSeconds()));
        }
        String printed = Files.readString(output, StandardCharsets.UTF_8);
        if (process.exitValue() != 0) {
          throw new NeighbourFailed(
              "%s ended with %d: %s"
                  .formatted(String.join(" ", command), process.exitValue(), printed.strip()));
        }
        return printed;
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command.getFirst(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NeighbourFailed("interrupted while running " + command.getFirst(), e);
    }
  }

  /** Leaves nothing of it running, however the wait ends. */
  private static boolean endsWithin(Process process, Duration limit) throws InterruptedException {
    boolean ended = false;
    try {
      ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      if (!ended) {
        endWithDescendants(process.toHandle());
      }
    }
    return ended;
  }

  /** Whether a short command ends well within 10 s. */
  public static boolean succeeds(List<String> command) {
    try {
      run(command, Duration.ofSeconds(10));
      return true;
    } catch (NeighbourFailed | UncheckedIOException e) {
      return false;
    }
  }

  /** The last lines of a log without stack traces, for an error message. */
  static String tail(Path log, int lines) {
    try {
      List<String> all =
          Files.readAllLines(log, StandardCharsets.UTF_8).stream()
              .filter(line -> !line.startsWith("\tat ") && !line.startsWith("\t... "))
              .toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
    } catch (IOException e) {
      return "(no log in " + log + ")";
    }
  }
}
