package dev.fairlead.backup.postgres;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A running program of PostgreSQL. It gets host, user and password by environment variables, and of
 * ours nothing but the PATH; it speaks English, so that its last words can be classified.
 */
public final class PostgresProgram implements AutoCloseable {

  private static final int LAST_WORDS = 16_384;
  private static final long ENDING_MILLIS = 2_000;

  private final String name;
  private final DatabaseAccess access;
  private final Process process;
  private final StringBuilder errors = new StringBuilder();
  private final Thread errorReader;

  private PostgresProgram(String name, DatabaseAccess access, Process process) {
    this.name = name;
    this.access = access;
    this.process = process;
    this.errorReader = Thread.ofVirtual().name(name + "-errors").unstarted(this::collectErrors);
  }

  public static PostgresProgram start(List<String> command, DatabaseAccess access, String purpose) {
    return start(command, access, purpose, 0);
  }

  /**
   * @param major version of the server that it connects to, or 0 if it is not known
   */
  public static PostgresProgram start(
      List<String> command, DatabaseAccess access, String purpose, int major) {
    String name = Path.of(command.getFirst()).getFileName().toString();
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    String path = Objects.requireNonNullElse(environment.get("PATH"), "/usr/bin:/bin");
    environment.clear();
    environment.put("PATH", path);
    environment.put("LC_ALL", "C");
    environment.putAll(access.environment(purpose, major));
    try {
      PostgresProgram program = new PostgresProgram(name, access, builder.start());
      program.errorReader.start();
      return program;
    } catch (IOException e) {
      throw new BackupFailure(
          BackupFailureReason.TOOL_MISMATCH,
          "%s does not start: %s".formatted(command.getFirst(), e.getMessage()),
          "install the PostgreSQL client programs, or set fairlead.backup.postgres-programs",
          e);
    }
  }

  public InputStream output() {
    return process.getInputStream();
  }

  public OutputStream input() {
    return process.getOutputStream();
  }

  /**
   * Waits for its end.
   *
   * @throws BackupFailure unless it ended by itself with exit code 0
   */
  public void requireSuccess() {
    try {
      int exitCode = process.waitFor();
      errorReader.join();
      if (exitCode != 0) {
        throw PostgresFailures.classify(access, name, exitCode, lastWords());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BackupFailure(
          BackupFailureReason.INTERRUPTED,
          "interrupted while %s ran".formatted(name),
          "nothing: it is started again",
          e);
    }
  }

  /** Whether it ended, or is just about to: a closed pipe is seen before the exit code. */
  public boolean hasEnded() {
    try {
      return process.waitFor(ENDING_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void collectErrors() {
    try (var reader = process.errorReader(StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        synchronized (errors) {
          errors.append(line).append('\n');
          forgetFirstLines();
        }
      }
    } catch (IOException _) {
      // it was killed; what it said until then is known
    }
  }

  /** Whole ones: half a secret is not known for one, and would not be masked. */
  private void forgetFirstLines() {
    int excess = errors.length() - LAST_WORDS;
    if (excess > 0) {
      errors.delete(0, errors.indexOf("\n", excess - 1) + 1);
    }
  }

  public String lastWords() {
    synchronized (errors) {
      return errors.toString();
    }
  }

  /** Kills it if it still runs. What one that has ended said can still be read. */
  @Override
  public void close() {
    if (process.isAlive()) {
      process.destroyForcibly(); // closes its streams, also under somebody who reads them
    }
  }
}
