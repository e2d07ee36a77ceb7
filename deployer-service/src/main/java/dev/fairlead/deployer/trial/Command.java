package dev.fairlead.deployer.trial;

import dev.fairlead.deployer.runtime.MarkedProcesses;
import dev.fairlead.events.DeploymentId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A command of the application's own, with a deadline. It gets little of the deployer's
 * environment: there are passwords in it that are none of the application's business.
 *
 * @param deployment for which it is run
 * @param name by which it is run again in the same deployment
 * @param environment variables besides {@link #PASSED_ON}
 * @param longest or it is killed, and what it started with it
 */
public record Command(
    DeploymentId deployment,
    String name,
    List<String> words,
    Path folder,
    Map<String, String> environment,
    Duration longest) {

  /** The variables by which a command, and all that it starts, is known after a crash. */
  private static final String MARK = "FAIRLEAD_COMMAND";

  private static final String MARK_OF_DEPLOYMENT = "FAIRLEAD_COMMAND_OF";

  /** Of the deployer's own variables a command gets these. */
  public static final Set<String> PASSED_ON =
      Set.of("PATH", "HOME", "USER", "SHELL", "LANG", "LC_ALL", "TZ", "TMPDIR", "JAVA_HOME");

  /** So long the last output of a command that has ended may take. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private static final int LAST_LINES = 5;

  /**
   * How it ended.
   *
   * @param fault empty when it ended with 0
   * @param output the last of what it wrote, whole lines
   * @param late whether it was killed because it took too long
   */
  public record Ended(String fault, String output, boolean late) {

    public boolean passed() {
      return fault.isEmpty();
    }

    /** The last lines, in one. */
    public String lastLines() {
      List<String> lines = output.lines().toList();
      return String.join(
          " | ", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }
  }

  /** Kills whatever the commands of the deployment have left running. */
  public static void endLeftovers(DeploymentId deployment) {
    new MarkedProcesses(MARK_OF_DEPLOYMENT).kill(deployment.toString());
  }

  private void endLeftovers() {
    new MarkedProcesses(MARK).kill(mark());
  }

  private String mark() {
    return "%s/%s".formatted(deployment, name);
  }

  /**
   * What is cut short, by its deadline, an interruption, or the death of the deployer before,
   * leaves no process behind.
   */
  public Ended run() throws InterruptedException {
    endLeftovers();
    Process process;
    try {
      process = start();
    } catch (IOException e) {
      return new Ended("cannot be started: " + e.getMessage(), "", false);
    }
    LastOutput output = LastOutput.of(process);
    boolean ended = false;
    try {
      ended = process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      if (!ended) {
        kill(process);
      }
    }
    return new Ended(fault(process, ended), output.take(LAST_WORDS), !ended);
  }

  private Process start() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(words).directory(folder.toFile()).redirectErrorStream(true);
    Map<String, String> variables = new HashMap<>(builder.environment());
    variables.keySet().retainAll(PASSED_ON);
    variables.putAll(environment);
    variables.put(MARK, mark());
    variables.put(MARK_OF_DEPLOYMENT, deployment.toString());
    builder.environment().clear();
    builder.environment().putAll(variables);
    Process process = builder.start();
    process.getOutputStream().close();
    return process;
  }

  private String fault(Process process, boolean ended) throws InterruptedException {
    if (!ended) {
      return "did not end within " + longest;
    }
    int code = process.waitFor();
    return code == 0 ? "" : "exit code %d".formatted(code);
  }

  /** The first one first, so that it does not go on, or comment on, when the others are gone. */
  private void kill(Process process) {
    List<ProcessHandle> descendants = process.descendants().toList();
    process.destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
    endLeftovers();
  }
}
