package dev.fairlead.deployer.router;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A command of the operator's, such as the proxy's own check or its reload. No shell is involved.
 */
public record ProxyCommand(List<String> words) {

  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final int MOST_OUTPUT = 2_000;

  public ProxyCommand {
    words = List.copyOf(words);
  }

  /** How it ended, and the end of what it printed. */
  public record Ended(boolean successful, String output) {}

  /** The command with {@code {file}} replaced. */
  public ProxyCommand of(Path file) {
    return new ProxyCommand(
        words.stream().map(word -> word.replace("{file}", file.toString())).toList());
  }

  /**
   * Runs it to its end.
   *
   * @throws RouterFailure if it cannot be started, or takes longer than 30 s
   */
  public Ended run() throws InterruptedException {
    try {
      Path output = Files.createTempFile("fairlead-", ".out");
      try {
        return run(output);
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      throw new RouterFailure(
          "'%s' cannot be run: %s; correct the setting".formatted(this, e.getMessage()), e);
    }
  }

  private Ended run(Path output) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(words)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(LONGEST.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly();
      throw new RouterFailure(
          "'%s' did not end within %d s; run it by hand".formatted(this, LONGEST.toSeconds()));
    }
    String text = Files.readString(output, StandardCharsets.UTF_8).strip();
    return new Ended(
        process.exitValue() == 0, text.substring(Math.max(0, text.length() - MOST_OUTPUT)));
  }

  @Override
  public String toString() {
    return String.join(" ", words);
  }
}
