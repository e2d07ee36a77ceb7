package dev.fairlead.deployer.runtime;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Processes that have a variable in the environment they were started with. It is handed down to
 * whatever they start, also when that has no living parent any more.
 */
public final class MarkedProcesses {

  /** What forks faster than it is killed is not fought for ever. */
  private static final int ROUNDS = 50;

  private final String variable;

  public MarkedProcesses(String variable) {
    this.variable = variable;
  }

  /** Kills all that have this value, until there are none. Does nothing where there is no /proc. */
  public void kill(String value) {
    if (!Files.exists(Path.of("/proc/self/environ"))) {
      return;
    }
    ProcessTable table = new ProcessTable();
    for (int round = 0; round < ROUNDS; round++) {
      List<ProcessTable.Entry> alive = table.withVariable(variable, value);
      if (alive.isEmpty()) {
        return;
      }
      alive.forEach(process -> table.kill(process.identity()));
      Thread.onSpinWait();
    }
  }
}
