package dev.fairlead.deployer.deployment;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What this process is doing right now. When it stalls for some seconds, the scheduler takes its
 * own executions for dead and starts them once more beside themselves; each holds connections, so
 * that a short stall would grow until none is left.
 */
final class UnderWay {

  private final Set<String> names = ConcurrentHashMap.newKeySet();

  /** False when it is under way already: then there is nothing to end, either. */
  boolean begin(String name) {
    return names.add(name);
  }

  void end(String name) {
    names.remove(name);
  }
}
