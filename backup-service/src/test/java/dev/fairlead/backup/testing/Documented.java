package dev.fairlead.backup.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The commands that stand in our pages, run as a reader of them would. */
public final class Documented {

  private static final Pattern BLOCK =
      Pattern.compile("^( *)```sh\n(.*?)^ *```$", Pattern.DOTALL | Pattern.MULTILINE);

  private Documented() {}

  /**
   * All blocks between the markers {@code name:begin} and {@code name:end}, which a reader of the
   * page does not see.
   *
   * @param page below {@code docs}
   */
  public static String commands(String page, String name) throws IOException {
    String text = Files.readString(Path.of("..", "docs", page));
    String section =
        text.substring(
            text.indexOf("<!-- %s:begin -->".formatted(name)),
            text.indexOf("<!-- %s:end -->".formatted(name)));
    return BLOCK
        .matcher(section)
        .results()
        .map(block -> block.group(2).replaceAll("(?m)^" + block.group(1), ""))
        .collect(Collectors.joining("\n"));
  }

  /** Ends the test when a command fails; returns what they say. */
  public static String run(String commands, Path where, Map<String, String> environment)
      throws IOException, InterruptedException {
    Outcome outcome = attempt(commands, where, environment);
    assertThat(outcome.exit()).as(outcome.said()).isZero();
    return outcome.said();
  }

  /** How it ended: the first command that fails is the last. */
  public record Outcome(int exit, String said) {}

  public static Outcome attempt(String commands, Path where, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder shell =
        new ProcessBuilder(List.of("/bin/sh", "-e", "-c", commands))
            .directory(where.toFile())
            .redirectErrorStream(true);
    shell.environment().putAll(environment);
    Process process = shell.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes());
    return new Outcome(process.waitFor(), output);
  }
}
