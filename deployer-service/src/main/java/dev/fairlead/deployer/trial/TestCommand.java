package dev.fairlead.deployer.trial;

import dev.fairlead.events.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the manifest's test command in the manifest's folder. */
public final class TestCommand {

  private static final int LAST_LINES = 5;

  private TestCommand() {}

  /** How it ended. */
  public sealed interface Ended {

    record Passed() implements Ended {}

    record Failed(String how, String lastLines) implements Ended {}
  }

  /** Nothing it started is left when this returns, also when it is interrupted. */
  public static Ended run(List<String> command, Path folder, Version version, Duration longest)
      throws InterruptedException {
    try {
      Path output = Files.createTempFile("fairlead-tests", ".log");
      try {
        return run(command, folder, version, longest, output);
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      return new Ended.Failed("cannot be started: " + e.getMessage(), "");
    }
  }

  private static Ended run(
      List<String> command, Path folder, Version version, Duration longest, Path output)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("VERSION", version.value());
    Process process = builder.start();
    try {
      if (!process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS)) {
        return new Ended.Failed("did not end within " + longest, lastLines(output));
      }
      return process.exitValue() == 0
          ? new Ended.Passed()
          : new Ended.Failed("exit code %d".formatted(process.exitValue()), lastLines(output));
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static String lastLines(Path output) throws IOException {
    List<String> lines =
        new String(Files.readAllBytes(output), StandardCharsets.UTF_8).lines().toList();
    return String.join(" | ", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
  }
}
